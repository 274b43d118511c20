import type { Random } from '../random.js';

/** Which resources a pass evaluates, as plain data. */
export interface GeneratedFilter {
  readonly since?: string;
  readonly until?: string;
  /** Ids of patients. */
  readonly patients?: readonly string[];
  /** Those of them whose resources pass `since` whatever their age. */
  readonly joined?: readonly string[];
}

/** Instants of the generated data, and next to them. */
const moments = [
  '2020-02-29T12:30:00Z',
  '2020-02-29T12:30:00.122999999Z',
  '2020-02-29T14:30:00.123+02:00',
  '2015-02-07T11:28:17.238Z',
  '2015-02-07T11:28:17.239Z',
  '1970-01-01T00:00:00Z',
] as const;

const patients: readonly [readonly string[], ...(readonly string[])[]] = [
  ['p1'],
  ['p1', 'a', 'x-1.y'],
  ['p2', 'b'],
  ['nobody'],
  ['p1', 'p2', 'a', 'b', 'x-1.y'],
];

/** A filter for one pass in three; undefined for the others. */
export function generateFilter(random: Random): GeneratedFilter | undefined {
  if (!random.chance(33)) return undefined;
  const by = random.below(3);
  const chosen = by === 1 ? undefined : random.pick(patients);
  return {
    ...(by === 0 ? {} : { since: random.pick(moments) }),
    ...(random.chance(70) ? {} : { until: random.pick(moments) }),
    ...(chosen === undefined ? {} : { patients: chosen }),
    ...(chosen === undefined || random.chance(50) ? {} : { joined: chosen.filter(() => random.chance(50)) }),
  };
}
