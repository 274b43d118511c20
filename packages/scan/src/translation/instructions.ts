import * as scan from '../program-format.js';
import type { Instruction, ScanText } from '../program.js';
import { isPrimitive, readsCompanion } from '@millrace/viewdef';
import type { Duration, ElementKey, Expression } from '@millrace/viewdef';
import { childrenOf, flagPlaces } from './key-trie.js';
import { fieldOf, firstOf, whereOf } from './paths.js';
import type { TriePlace } from './key-trie.js';

/** The context in which an expression is translated. */
export interface Focus {
  /** Where `this` can stand. */
  readonly self: readonly TriePlace[];
  readonly resource: TriePlace;
  keyNumber(key: string): number;
}

/** An instruction, and where its results can stand. */
export interface Translated {
  readonly instruction: Instruction;
  readonly places: readonly TriePlace[];
}

const nothing: Instruction = { op: scan.OP_NONE, operands: [] };

/** The instruction for an expression. */
export function translate(expression: Expression, focus: Focus): Translated {
  const operand = (of: Expression): Instruction => translate(of, focus).instruction;
  const scalar = (op: number, ...operands: Instruction['operands']): Translated => ({
    instruction: { op, operands },
    places: [],
  });
  switch (expression.kind) {
    case 'this':
      return { instruction: { op: scan.OP_THIS, operands: [] }, places: focus.self };
    case 'resource':
      return { instruction: { op: scan.OP_RESOURCE, operands: [] }, places: [focus.resource] };
    case 'rowIndex':
      return scalar(scan.OP_ROW_INDEX);
    case 'none':
      return { instruction: nothing, places: [] };
    case 'literal':
      return scalar(scan.OP_LITERAL, literalText(expression));
    case 'field':
      return field(expression, focus);
    case 'where': {
      const input = translate(expression.input, focus);
      const criteria = translate(expression.criteria, { ...focus, self: input.places });
      return { instruction: whereOf(input.instruction, criteria.instruction), places: input.places };
    }
    case 'select': {
      const input = translate(expression.input, focus);
      const projection = translate(expression.projection, { ...focus, self: input.places });
      const operands = [input.instruction, projection.instruction];
      return { instruction: { op: scan.OP_SELECT, operands }, places: projection.places };
    }
    case 'at': {
      const input = translate(expression.input, focus);
      const first = expression.index === 0 ? firstOf(input.instruction) : undefined;
      if (first !== undefined) return { instruction: first, places: input.places };
      return among(scan.OP_AT, expression.input, focus, expression.index);
    }
    case 'skip':
      return among(scan.OP_SKIP, expression.input, focus, expression.count);
    case 'last':
      return among(scan.OP_LAST, expression.input, focus);
    case 'ofResourceType':
    case 'resourceKey':
    case 'referenceKey':
      return keyed(expression, focus);
    case 'exists':
      return scalar(scan.OP_EXISTS, operand(expression.input));
    case 'all': {
      const input = translate(expression.input, focus);
      const criteria = translate(expression.criteria, { ...focus, self: input.places });
      return scalar(scan.OP_ALL, input.instruction, criteria.instruction);
    }
    case 'not':
      return scalar(scan.OP_NOT, operand(expression.operand));
    case 'logic':
      return scalar(logicOps[expression.operator], operand(expression.left), operand(expression.right));
    case 'equal':
      return equality(expression, focus);
    case 'count':
      return scalar(scan.OP_COUNT, operand(expression.input));
    case 'join':
      return scalar(
        scan.OP_JOIN,
        operand(expression.input),
        ...(expression.separator === undefined ? [] : [operand(expression.separator)]),
      );
    case 'concatenate':
      return scalar(
        scan.OP_CONCATENATE,
        operand(expression.left),
        operand(expression.right),
        expression.emptyAsText ? 1 : 0,
      );
    case 'text':
      return scalar(
        textOps[expression.operation],
        operand(expression.input),
        ...expression.args.map(operand),
      );
    case 'conditional': {
      const then = translate(expression.then, focus);
      const otherwise =
        expression.otherwise === undefined ? undefined : translate(expression.otherwise, focus);
      const operands = [operand(expression.condition), then.instruction, otherwise?.instruction ?? nothing];
      const places = [...then.places, ...(otherwise?.places ?? [])];
      return { instruction: { op: scan.OP_CONDITIONAL, operands }, places };
    }
    case 'order':
      return order(expression, focus);
    case 'arithmetic':
      return scalar(
        scan.OP_ARITHMETIC,
        operand(expression.left),
        operand(expression.right),
        arithmetic[expression.operator],
      );
    case 'negate':
      return scalar(scan.OP_NEGATE, operand(expression.operand));
    case 'shift': {
      const { input, of, duration } = expression;
      const op = of === 'time' ? scan.OP_SHIFT_TIME : scan.OP_SHIFT_MOMENT;
      return scalar(op, operand(input), timeUnits[duration.unit], amountOf(duration));
    }
    case 'unordered':
      return scalar(scan.OP_ODD);
    case 'conversion':
      return scalar(scan.OP_CONVERSION, operand(expression.input), conversions[expression.to]);
    case 'boundary': {
      const { side, of, input, precision } = expression;
      const op = side === 'low' ? scan.OP_LOW_BOUNDARY : scan.OP_HIGH_BOUNDARY;
      const asked =
        precision === undefined ? scan.BOUNDARY_FULL : Math.min(precision, scan.BOUNDARY_FULL - 1);
      return scalar(op, operand(input), bounded[of], asked);
    }
    default:
      return expression satisfies never;
  }
}

const arithmetic = {
  '+': scan.ARITHMETIC_PLUS,
  '-': scan.ARITHMETIC_MINUS,
  '*': scan.ARITHMETIC_TIMES,
  '/': scan.ARITHMETIC_DIVIDED,
  div: scan.ARITHMETIC_DIV,
  mod: scan.ARITHMETIC_MOD,
};

const bounded = {
  decimal: scan.BOUNDARY_DECIMAL,
  integer: scan.BOUNDARY_INTEGER,
  date: scan.BOUNDARY_DATE,
  dateTime: scan.BOUNDARY_DATE_TIME,
  time: scan.BOUNDARY_TIME,
};

const timeUnits = {
  year: scan.UNIT_YEAR,
  month: scan.UNIT_MONTH,
  week: scan.UNIT_WEEK,
  day: scan.UNIT_DAY,
  hour: scan.UNIT_HOUR,
  minute: scan.UNIT_MINUTE,
  second: scan.UNIT_SECOND,
};

function amountOf({ digits, places }: Duration): ScanText {
  return { kind: scan.KIND_NUMBER, text: places === 0 ? String(digits) : `${digits}e-${places}` };
}

const conversions = {
  string: scan.CONVERSION_STRING,
  integer: scan.CONVERSION_INTEGER,
  nothing: scan.CONVERSION_NOTHING,
};

const textOps = {
  upper: scan.OP_UPPER,
  lower: scan.OP_LOWER,
  trim: scan.OP_TRIM,
  length: scan.OP_LENGTH,
  substring: scan.OP_SUBSTRING,
  startsWith: scan.OP_STARTS_WITH,
  endsWith: scan.OP_ENDS_WITH,
  contains: scan.OP_CONTAINS,
  indexOf: scan.OP_INDEX_OF,
  replace: scan.OP_REPLACE,
};

const logicOps = { and: scan.OP_AND, or: scan.OP_OR, xor: scan.OP_XOR, implies: scan.OP_IMPLIES };

function field(expression: Extract<Expression, { kind: 'field' }>, focus: Focus): Translated {
  const input = translate(expression.input, focus);
  if (readsCompanion(expression)) {
    flagPlaces(input.places, scan.NODE_BARE);
    // Lines with companions are odd, and without one a primitive has nothing but its value; its path may have a fault.
    if (isPrimitive(expression.input.type)) {
      const never: Instruction = {
        op: scan.OP_LITERAL,
        operands: [{ kind: scan.KIND_FALSE, text: 'false' }],
      };
      return { instruction: whereOf(input.instruction, never), places: [] };
    }
  }
  const [first, ...others] = expression.keys;
  if (first === undefined) return { instruction: nothing, places: [] };
  if (others.length === 0) {
    const instruction = fieldOf(input.instruction, focus.keyNumber(first.name));
    return { instruction, places: childrenOf(input.places, first.name, flagOf(first)) };
  }
  const { keys } = expression;
  const places = keys.flatMap((key) => childrenOf(input.places, key.name, scan.NODE_PRESENCE | flagOf(key)));
  const numbers = keys.map(({ name }) => focus.keyNumber(name));
  return {
    instruction: { op: scan.OP_FIRST_FIELD, operands: [input.instruction, keys.length, numbers] },
    places,
  };
}

function flagOf({ companion }: ElementKey): number {
  return companion === undefined ? scan.NODE_TREE : scan.NODE_PRIMITIVE;
}

/** Some of the items of a collection. */
function among(op: number, of: Expression, focus: Focus, position?: number): Translated {
  const input = translate(of, focus);
  const operands = position === undefined ? [input.instruction] : [input.instruction, position];
  return { instruction: { op, operands }, places: input.places };
}

/** Translates expressions that look at a property itself, so that an array in its place does not count. */
function keyed(
  expression: Extract<Expression, { kind: 'ofResourceType' | 'resourceKey' | 'referenceKey' }>,
  focus: Focus,
): Translated {
  const input = translate(expression.input, focus);
  const direct = (key: string): { number: number; places: readonly TriePlace[] } => ({
    number: focus.keyNumber(key),
    places: childrenOf(input.places, key, scan.NODE_NO_ARRAY),
  });
  switch (expression.kind) {
    case 'ofResourceType': {
      const operands = [input.instruction, direct('resourceType').number, textOf(expression.resource)];
      return { instruction: { op: scan.OP_OF_RESOURCE_TYPE, operands }, places: input.places };
    }
    case 'resourceKey': {
      const [type, id] = [direct('resourceType'), direct('id')];
      const operands = [input.instruction, type.number, id.number];
      return { instruction: { op: scan.OP_RESOURCE_KEY, operands }, places: id.places };
    }
    case 'referenceKey': {
      const reference = direct('reference').number;
      const operands = [
        input.instruction,
        reference,
        expression.target === undefined ? 0 : textOf(expression.target),
      ];
      return { instruction: { op: scan.OP_REFERENCE_KEY, operands }, places: [] };
    }
    default:
      return expression satisfies never;
  }
}

function equality(expression: Extract<Expression, { kind: 'equal' }>, focus: Focus): Translated {
  const left = translate(expression.left, focus);
  const right = translate(expression.right, focus);
  // Two elements are equal only with their ids and extensions; calculated values have none.
  if (left.places.length > 0 && right.places.length > 0)
    flagPlaces([...left.places, ...right.places], scan.NODE_BARE);
  const ops = {
    text: scan.OP_EQUAL_TEXT,
    boolean: scan.OP_EQUAL_BOOLEAN,
    number: scan.OP_EQUAL_NUMBER,
    moment: scan.OP_EQUAL_MOMENT,
    time: scan.OP_EQUAL_TIME,
  };
  const operands = [left.instruction, right.instruction, expression.negated ? 1 : 0];
  return { instruction: { op: ops[expression.as], operands }, places: [] };
}

function order(expression: Extract<Expression, { kind: 'order' }>, focus: Focus): Translated {
  const left = translate(expression.left, focus).instruction;
  const right = translate(expression.right, focus).instruction;
  const ops = {
    text: scan.OP_ORDER_TEXT,
    number: scan.OP_ORDER_NUMBER,
    moment: scan.OP_ORDER_MOMENT,
    time: scan.OP_ORDER_TIME,
  };
  const operands = [left, right, orders[expression.operator]];
  return { instruction: { op: ops[expression.as], operands }, places: [] };
}

const orders = {
  '<': scan.ORDER_LESS,
  '<=': scan.ORDER_LESS_OR_EQUAL,
  '>': scan.ORDER_GREATER,
  '>=': scan.ORDER_GREATER_OR_EQUAL,
};

function literalText(literal: Extract<Expression, { kind: 'literal' }>): ScanText {
  switch (literal.form) {
    case 'text':
      return textOf(literal.text);
    case 'number':
      return { kind: scan.KIND_NUMBER, text: literal.text };
    case 'boolean':
      return literal.text === 'true'
        ? { kind: scan.KIND_TRUE, text: 'true' }
        : { kind: scan.KIND_FALSE, text: 'false' };
    default:
      return literal.form satisfies never;
  }
}

/** Text as it stands between the quotes of JSON. */
export function textOf(text: string): ScanText {
  return { kind: scan.KIND_STRING, text: JSON.stringify(text).slice(1, -1) };
}
