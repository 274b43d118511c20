import type { JsonValue } from '../cell.js';
import { boundary } from '../values/boundaries.js';
import { companionAt, equalWithCompanions, itemCount, memberOf, presentKey } from '../values/companions.js';
import { compareItems, equalElements, equalItems, equalLists, unordered } from '../values/comparison.js';
import { addDuration } from '../values/durations.js';
import { toInteger, toText } from '../values/conversions.js';
import { PathFault } from '../values/faults.js';
import { ownProperty } from '../values/own-property.js';
import { calculate, kindOfValue, negate } from '../values/numbers.js';
import { concatenate, join, textOperation } from '../values/text.js';

/** Deepest nesting that `repeat` walks. */
const maxDepth = 1_000;

/** The functions that generated code calls, as `rt`. */
export const runtime = {
  addDuration,
  boundary,
  calculate,
  companionAt,
  compareItems,
  concatenate,
  equalElements,
  equalItems,
  equalLists,
  equalWithCompanions,
  itemCount,
  join,
  memberOf,
  negate,
  ownProperty,
  presentKey,
  textOperation,
  toInteger,
  toText,
  firstPresent,
  passes,
  tooDeep,
  tooMany,
  tooManyValues,
  unordered,
};

function firstPresent(value: JsonValue, keys: readonly string[]): JsonValue | undefined {
  for (const key of keys) {
    const found = ownProperty(value, key);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Whether a resource satisfies a `where`: no value excludes it, anything but one boolean is a fault. */
function passes(items: readonly JsonValue[], at: number): boolean {
  const [item] = items;
  if (item === undefined) return false;
  if (items.length > 1) tooMany(at);
  if (item === null) return false;
  if (typeof item !== 'boolean') throw new PathFault(at, `yields ${kindOfValue(item)}; expected a boolean`);
  return item;
}

function tooMany(at: number): never {
  throw new PathFault(at, 'yields several values where one is expected');
}

function tooManyValues(at: number): never {
  throw new PathFault(at, 'yields several values, but the column does not have "collection": true');
}

function tooDeep(depth: number, at: number): void {
  if (depth > maxDepth) throw new PathFault(at, `repeats deeper than ${String(maxDepth)} levels`);
}
