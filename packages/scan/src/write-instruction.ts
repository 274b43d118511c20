import type { Instruction, Operand, ScanText } from './program.js';
import * as format from './program-format.js';
import type { ProgramMemory } from './program-memory.js';

const operandOffsets = [format.EXPRESSION_A, format.EXPRESSION_B, format.EXPRESSION_C];

/** Writes an instruction with all that it refers to, and returns its address. */
export function writeInstruction(instruction: Instruction, memory: ProgramMemory): number {
  const at = memory.reserve(format.EXPRESSION_BYTES);
  memory.word(at + format.EXPRESSION_OP, instruction.op);
  for (const [index, operand] of instruction.operands.entries()) {
    memory.word(at + (operandOffsets[index] ?? 0), writeOperand(operand, memory));
  }
  return at;
}

function writeOperand(operand: Operand, memory: ProgramMemory): number {
  if (typeof operand === 'number') return operand;
  if ('op' in operand) return writeInstruction(operand, memory);
  return 'text' in operand ? writeText(operand, memory) : memory.words(operand);
}

export function writeText({ kind, text }: ScanText, memory: ProgramMemory): number {
  const content = memory.utf8(text);
  const at = memory.reserve(format.VALUE_BYTES);
  memory.word(at + format.VALUE_START, memory.write(content));
  memory.word(at + format.VALUE_LENGTH, content.length);
  memory.word(at + format.VALUE_KIND, kind);
  return at;
}
