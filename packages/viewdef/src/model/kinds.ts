import { domainOf, typeOf } from './element-type.js';

/**
 * One kind of item that an expression may yield. `path` is where the FHIR model describes it: a type (`HumanName`) or an
 * element with elements of its own (`Patient.contact`).
 */
export interface Kind {
  readonly code: string;
  readonly path: string;
  /** Types that a Reference may point to; absent when nothing is said. */
  readonly targets?: readonly string[];
}

/** Every kind that the items of a collection may have; `any` when only the data can tell. Empty: there never is an item. */
export type Possible = 'any' | readonly Kind[];

export function kindOf(code: string): Kind {
  return { code, path: code };
}

/** More kinds than these say nothing any more. */
const MOST_KINDS = 200;

/** The kinds of items that come from one of several places. */
export function anyOf(several: readonly Possible[]): Possible {
  const kinds = new Map<string, Kind>();
  for (const possible of several) {
    if (possible === 'any') return 'any';
    for (const kind of possible) kinds.set(`${kind.path} ${kind.targets?.join() ?? ''}`, kind);
  }
  return kinds.size > MOST_KINDS ? 'any' : [...kinds.values()];
}

/** The kinds that operators and functions tell apart. Dates, dateTimes and instants are moments. */
export type Sort = 'text' | 'number' | 'boolean' | 'moment' | 'time' | 'quantity' | 'complex';

const quantities = new Set([
  'Quantity',
  'Age',
  'Count',
  'Distance',
  'Duration',
  'MoneyQuantity',
  'SimpleQuantity',
]);

export function sortOf({ code }: Kind): Sort {
  if (quantities.has(code)) return 'quantity';
  if (code === 'integer64') return 'number';
  const domain = domainOf(typeOf(code));
  return domain === 'other' || domain === 'unknown' ? 'complex' : domain;
}

/** Kinds as a reader knows them: `HumanName`, `Patient.contact`, `dateTime, Age or Period`. */
export function nameKinds(kinds: readonly Kind[]): string {
  const names = [...new Set(kinds.map(({ code, path }) => (path.includes('.') ? path : code)))];
  const shown = names.length > 6 ? [...names.slice(0, 5), `${String(names.length - 5)} more`] : names;
  const last = shown.pop() ?? 'nothing';
  return shown.length === 0 ? last : `${shown.join(', ')} or ${last}`;
}
