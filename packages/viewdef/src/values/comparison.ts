import type { JsonValue } from '../cell.js';
import type { Comparison } from '../ir/expression.js';
import { equalCompanions } from './companions.js';
import type { Companion } from './companions.js';
import { PathFault } from './faults.js';
import { compareMoments, compareTimes } from './moments.js';
import { compareNumbers, kindOfValue, equalNumbers, isNumber } from './numbers.js';
import { compareText } from './text.js';

/**
 * FHIRPath `=` of two items. Undefined, for empty, when the precision of a date or time leaves it open. Numbers that stand
 * where another type is due are equal by value, whether or not they have kept their text.
 */
export function equalItems(left: JsonValue, right: JsonValue, as: Comparison): boolean | undefined {
  switch (as) {
    case 'text':
    case 'boolean':
    case 'number':
      return equalNumbers(left, right);
    case 'moment':
    case 'time': {
      if (typeof left !== 'string' || typeof right !== 'string') return equalNumbers(left, right);
      const compared = as === 'moment' ? compareMoments(left, right) : compareTimes(left, right);
      return compared === undefined ? undefined : compared === 0;
    }
    default:
      return as satisfies never;
  }
}

/** FHIRPath `=` of two collections: as many items on both sides, equal one by one. */
export function equalLists(
  left: readonly JsonValue[],
  right: readonly JsonValue[],
  as: Comparison,
): boolean | undefined {
  if (left.length !== right.length) return false;
  let result: boolean | undefined = true;
  for (const [index, item] of left.entries()) {
    const equal = equalItems(item, right[index] ?? null, as);
    if (equal === false) return false;
    if (equal === undefined) result = undefined;
  }
  return result;
}

/** Elements that are compared one by one, with their ids and extensions. */
export interface Elements {
  readonly items: readonly JsonValue[];
  readonly companions: readonly Companion[];
}

/** FHIRPath `=` of two collections of elements. */
export function equalElements(left: Elements, right: Elements, as: Comparison): boolean | undefined {
  const equal = equalLists(left.items, right.items, as);
  if (equal !== true) return equal;
  return left.companions.every((companion, index) => equalCompanions(companion, right.companions[index]));
}

/** Order of two items: negative, 0 or positive; undefined, for empty, when precision leaves it open. */
export function compareItems(
  left: JsonValue,
  right: JsonValue,
  as: Comparison,
  at: number,
): number | undefined {
  if (as === 'number') {
    if (isNumber(left) && isNumber(right)) return compareNumbers(left, right);
  } else if (typeof left === 'string' && typeof right === 'string') {
    if (as === 'text') return compareText(left, right);
    return as === 'moment' ? compareMoments(left, right) : compareTimes(left, right);
  }
  throw new PathFault(at, `orders ${kindOfValue(left)} and ${kindOfValue(right)}; expected ${expected[as]}`);
}

/** Two items have no order, because one is not of the expected type, whatever its JSON looks like. */
export function unordered(left: JsonValue, right: JsonValue, as: Comparison, at: number): never {
  const given = `${kindOfValue(left)} and ${kindOfValue(right)} of two types`;
  throw new PathFault(at, `orders ${given}; expected ${expected[as]}`);
}

const expected: Record<Comparison, string> = {
  text: 'strings',
  number: 'numbers',
  boolean: 'booleans',
  moment: 'dates',
  time: 'times',
};
