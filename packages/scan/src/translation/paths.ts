import {
  OP_EQUAL_TEXT,
  OP_FIELD,
  OP_LITERAL,
  OP_PATH,
  OP_THIS,
  OP_WHERE,
  OP_WHERE_TEXT,
  PATH_FIRST,
} from '../program-format.js';
import type { Instruction, Operand } from '../program.js';

/** A property of the items that an instruction finds. If the instruction is a path, it gets one more step. */
export function fieldOf(input: Instruction, key: number): Instruction {
  const steps = input.op === OP_THIS ? [] : stepsOf(input);
  return steps === undefined ? { op: OP_FIELD, operands: [input, key] } : pathOf([...steps, key]);
}

/** The first item that a path finds, or undefined when the instruction is not a path. */
export function firstOf(input: Instruction): Instruction | undefined {
  const steps = stepsOf(input);
  const last = steps?.at(-1);
  if (steps === undefined || last === undefined) return undefined;
  // As a sum: the bit operators of JavaScript make negative numbers of it.
  return pathOf([...steps.slice(0, -1), last >= PATH_FIRST ? last : last + PATH_FIRST]);
}

/** Items that meet criteria, the comparison of a property with a text in one instruction. */
export function whereOf(input: Instruction, criteria: Instruction): Instruction {
  const [left, right, negated] = criteria.operands;
  if (criteria.op === OP_EQUAL_TEXT && negated === 0 && isInstruction(left) && isInstruction(right)) {
    const [key, ...more] = stepsOf(left) ?? [];
    const [text] = right.operands;
    const isProperty = key !== undefined && key < PATH_FIRST && more.length === 0;
    if (isProperty && right.op === OP_LITERAL && text !== undefined)
      return { op: OP_WHERE_TEXT, operands: [input, key, text] };
  }
  return { op: OP_WHERE, operands: [input, criteria] };
}

function pathOf(steps: readonly number[]): Instruction {
  return { op: OP_PATH, operands: [steps.length, steps] };
}

function stepsOf({ op, operands: [, steps] }: Instruction): readonly number[] | undefined {
  return op === OP_PATH && Array.isArray(steps) ? (steps as readonly number[]) : undefined;
}

function isInstruction(operand: Operand | undefined): operand is Instruction {
  return typeof operand === 'object' && 'op' in operand;
}
