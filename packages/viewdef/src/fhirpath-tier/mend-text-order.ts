import type { ValueUtilities } from './mend-equality.js';

/** The part of the module of fhirpath.js for `=` and `<` that orders values. */
export interface OrderOperators {
  lt: Order;
  gt: Order;
  lte: Order;
  gte: Order;
  /** Of `sort()`: two values in the form in which JavaScript compares them. */
  typecheckScalars(context: unknown, left: unknown, right: unknown): [unknown, unknown, unknown];
}

type Order = (this: unknown, left: readonly unknown[], right: readonly unknown[]) => unknown;

/**
 * Lets fhirpath.js order text by characters, as `compareText` does: JavaScript orders UTF-16 units, of which those of 😀 come
 * before U+FFFD.
 */
export function mendTextOrder(operators: OrderOperators, { valDataConverted }: ValueUtilities): void {
  const ordered = (item: unknown): unknown => {
    const value = valDataConverted(item);
    return typeof value === 'string' && unordered.test(value) ? inCharacterOrder(value) : item;
  };
  for (const name of ['lt', 'gt', 'lte', 'gte'] as const) {
    const compare = operators[name];
    operators[name] = function (left, right) {
      return compare.call(this, left.map(ordered), right.map(ordered));
    };
  }
  const { typecheckScalars } = operators;
  operators.typecheckScalars = (context, left, right) =>
    typecheckScalars(context, ordered(left), ordered(right));
}

const unordered = /[\uD800-\uFFFF]/;

/** Another text of the same length, whose units have the order of the characters. */
function inCharacterOrder(text: string): string {
  return text.replace(/[\uD800-\uFFFF]/g, (unit) => {
    const code = unit.charCodeAt(0);
    return String.fromCharCode(code > 0xdfff ? code - 0x800 : code + 0x2000);
  });
}
