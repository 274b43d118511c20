import type { JsonValue } from '../cell.js';
import type { ElementKey } from '../ir/expression.js';
import { isList } from '../json/json-text.js';
import { ownProperty } from './own-property.js';
import { equalNumbers, isNumber } from './numbers.js';

/**
 * The property `_name` beside the property `name` of a primitive element, or its item that stands where the value stands
 * in an array: an object with the id and the extensions of the element, or null. `false` stands for what is calculated
 * and has no place in a resource.
 *
 * @see https://hl7.org/fhir/R4/json.html#primitive
 */
export type Companion = JsonValue | undefined;

/** How many items a primitive element has: as many as its values or its companions, whichever are more. */
export function itemCount(values: Companion, companions: Companion): number {
  return Math.max(countOf(values), countOf(companions));
}

function countOf(value: Companion): number {
  if (Array.isArray(value)) return value.length;
  return value === undefined || value === null ? 0 : 1;
}

/** The companion of the item at a position. */
export function companionAt(companions: Companion, index: number): Companion {
  if (isList(companions)) return companions[index];
  return index === 0 ? companions : undefined;
}

/** The id or the extensions of an element, which objects have themselves. */
export function memberOf(value: JsonValue, companion: Companion, name: string): JsonValue | undefined {
  return ownProperty(value, name) ?? (companion === undefined ? undefined : ownProperty(companion, name));
}

/** The first of several keys under which there is a value or a companion. */
export function presentKey(value: JsonValue, keys: readonly ElementKey[]): ElementKey | undefined {
  return keys.find(
    ({ name, companion }) =>
      ownProperty(value, name) !== undefined ||
      (companion !== undefined && ownProperty(value, companion) !== undefined),
  );
}

/**
 * Two elements with the same value are equal only if their ids and extensions are equal too; a calculated
 * value has none.
 */
export function equalCompanions(left: Companion, right: Companion): boolean {
  return left === false || right === false || equalTrees(left ?? null, right ?? null);
}

/** Whether two elements are equal, of which it is known whether their values are. */
export function equalWithCompanions(
  areValuesEqual: boolean | undefined,
  left: Companion,
  right: Companion,
): boolean | undefined {
  return areValuesEqual === true ? equalCompanions(left, right) : areValuesEqual;
}

function equalTrees(left: JsonValue, right: JsonValue): boolean {
  if (isNumber(left)) return equalNumbers(left, right);
  if (typeof left !== 'object' || left === null || typeof right !== 'object' || right === null)
    return left === right;
  if (isNumber(right) || isList(left) !== isList(right)) return false;
  const [members, others] = [Object.entries(left), new Map<string, JsonValue>(Object.entries(right))];
  return (
    members.length === others.size &&
    members.every(([key, value]: [string, JsonValue]) => {
      const other = others.get(key);
      return other !== undefined && equalTrees(value, other);
    })
  );
}
