import { sortOf } from '../model/kinds.js';
import type { Possible, Sort } from '../model/kinds.js';

/** The sorts of the items, as operators and functions see them; undefined if unknown. */
export function sortsOf(possible: Possible): ReadonlySet<Sort> | undefined {
  return possible === 'any' ? undefined : new Set(possible.map(sortOf));
}

const sortNames: Readonly<Record<Sort, string>> = {
  text: 'text',
  number: 'numbers',
  boolean: 'booleans',
  moment: 'dates',
  time: 'times',
  quantity: 'quantities',
  complex: 'elements',
};

/** `text, dates or times`. */
export function nameSorts(sorts: readonly Sort[]): string {
  const names = sorts.map((sort) => sortNames[sort]);
  const last = names.pop() ?? 'nothing';
  return names.length === 0 ? last : `${names.join(', ')} or ${last}`;
}
