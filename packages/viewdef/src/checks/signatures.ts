import type { Sort } from '../model/kinds.js';

/** The input and the result of a function, if they do not depend on its arguments. */
export interface Signature {
  /** The sorts of input that it works on; absent: all. */
  readonly input?: readonly Sort[];
  /** The sorts that each argument may have. */
  readonly args?: readonly Sort[];
  /** Type code of the result; `input`: the type that it is applied to; absent: the data decides. */
  readonly result?: string;
}

/** Dates and times are text to functions of text: `birthDate.substring(0, 4)`. */
const written: readonly Sort[] = ['text', 'moment', 'time'];
const number: readonly Sort[] = ['number'];
const amount: readonly Sort[] = ['number', 'quantity'];
const boolean: readonly Sort[] = ['boolean'];
const scalar: readonly Sort[] = ['text', 'number', 'boolean', 'moment', 'time'];
const dated: readonly Sort[] = ['moment', 'text'];
const timed: readonly Sort[] = ['moment', 'time', 'text'];

const signatures: ReadonlyMap<string, Signature> = new Map<string, Signature>([
  ...each('empty not isDistinct hasValue subsetOf supersetOf comparable', { result: 'boolean' }),
  ...each('allTrue anyTrue allFalse anyFalse', { input: boolean, result: 'boolean' }),
  ...each('convertsToBoolean convertsToInteger convertsToLong convertsToDecimal', { result: 'boolean' }),
  ...each('convertsToString convertsToDate convertsToDateTime convertsToTime', { result: 'boolean' }),
  ...each('convertsToQuantity', { result: 'boolean' }),
  ...each('count', { result: 'integer' }),
  ...each('distinct single first last tail intersect exclude', { result: 'input' }),
  ...each('skip take', { args: number, result: 'input' }),
  ...each('sum', { input: [...amount, 'text'], result: 'input' }),
  ...each('min max', { input: [...scalar, 'quantity'], result: 'input' }),
  ...each('avg', { input: [...amount, 'text'] }),
  ...each('getValue', { input: scalar, result: 'input' }),
  ...each('upper lower trim replace replaceMatches', { input: written, args: written, result: 'string' }),
  ...each('toChars split encode decode escape unescape', { input: written, args: written, result: 'string' }),
  ...each('join', { input: written, args: written, result: 'string' }),
  ...each('substring', { input: written, args: number, result: 'string' }),
  ...each('length indexOf lastIndexOf', { input: written, args: written, result: 'integer' }),
  ...each('startsWith endsWith contains matches matchesFull', {
    input: written,
    args: written,
    result: 'boolean',
  }),
  ...each('abs', { input: amount, result: 'input' }),
  ...each('ceiling truncate round', { input: amount, args: number }),
  ...each('exp ln sqrt log power', { input: number, args: number }),
  ...each('lowBoundary highBoundary', { input: ['number', 'moment', 'time'], args: number }),
  ...each('toInteger', { input: ['text', 'number', 'boolean', 'moment'], result: 'integer' }),
  ...each('toLong', { input: ['text', 'number', 'boolean', 'moment'], result: 'integer64' }),
  ...each('toDecimal', { input: ['text', 'number', 'boolean', 'moment'], result: 'decimal' }),
  ...each('toString', { input: [...scalar, 'quantity'], result: 'string' }),
  ...each('toDate', { input: dated, result: 'date' }),
  ...each('toDateTime', { input: dated, result: 'dateTime' }),
  ...each('toTime', { input: ['time', 'text'], result: 'time' }),
  ...each('toBoolean', { input: ['text', 'number', 'boolean'], result: 'boolean' }),
  ...each('toQuantity', { input: ['text', 'number', 'boolean', 'quantity'], result: 'Quantity' }),
  ...each('yearOf monthOf dayOf', { input: dated, result: 'integer' }),
  ...each('hourOf minuteOf secondOf millisecondOf', { input: timed, result: 'integer' }),
  ...each('timezoneOffsetOf', { input: dated, result: 'decimal' }),
  ...each('dateOf', { input: dated, result: 'date' }),
  ...each('timeOf', { input: dated, result: 'time' }),
]);

export function signatureOf(name: string): Signature {
  return signatures.get(name) ?? {};
}

function each(names: string, signature: Signature): (readonly [string, Signature])[] {
  return names.split(' ').map((name) => [name, signature]);
}
