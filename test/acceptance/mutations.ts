import * as fc from 'fast-check';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** One change to one place of a value. */
interface Mutation {
  /** Chooses the place among all of them. */
  readonly place: number;
  readonly kind: (typeof KINDS)[number];
  readonly value: Json;
  readonly name: string;
}

const KINDS = ['drop', 'duplicate', 'replace', 'nest', 'rename', 'add'] as const;

/** Names that mean something to JavaScript, to JSON in FHIR, or to nobody. */
const NAMES = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'resourceType',
  'parameter',
  'part',
  'name',
  'resource',
  'valueString',
  'valueReference',
  'id',
  'extension',
  '',
  '\u0000',
  '\ud800',
  'é'.normalize('NFD'),
];

const VALUES: readonly Json[] = [
  null,
  true,
  0,
  -1,
  1e308,
  '',
  ' ',
  '__proto__',
  'Patient/a',
  '../../etc/passwd',
  '\u202e\ud83d\ude00',
  '\ud800',
  'x'.repeat(100_000),
  [],
  {},
  [[]],
  [null],
  { resourceType: 'Parameters' },
  { resourceType: 'Binary', data: 'AAAA' },
  '2026-02-30T25:61:00Z',
  "'; DROP TABLE Patient; --",
];

const mutation: fc.Arbitrary<Mutation> = fc.record({
  place: fc.nat(10_000),
  kind: fc.constantFrom(...KINDS),
  value: fc.constantFrom(...VALUES),
  name: fc.constantFrom(...NAMES),
});

/** One of these values with one to four changes, as JSON text. */
export function mutated(originals: readonly Json[]): fc.Arbitrary<string> {
  return fc
    .tuple(fc.constantFrom(...originals), fc.array(mutation, { minLength: 1, maxLength: 4 }))
    .map(([original, mutations]) => JSON.stringify(mutations.reduce(mutate, original)));
}

/** Counts down over all places in document order, and changes the one where it reaches zero. */
function mutate(root: Json, mutation: Mutation): Json {
  let left = mutation.place % countOf(root);
  const visit = (value: Json): Json => {
    if (left === 0) {
      left = -1;
      return changed(value, mutation);
    }
    left -= 1;
    if (Array.isArray(value)) return childrenOf(value, visit, mutation, () => left);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, child]) => {
        const isHere = left === 0;
        return [isHere && mutation.kind === 'rename' ? mutation.name : name, visit(child)];
      }),
    );
  };
  return visit(root);
}

function childrenOf(
  list: readonly Json[],
  visit: (value: Json) => Json,
  { kind }: Mutation,
  left: () => number,
): readonly Json[] {
  return list.flatMap((child) => {
    const isHere = left() === 0;
    const next = visit(child);
    if (!isHere) return [next];
    if (kind === 'drop') return [];
    return kind === 'duplicate' ? [child, child] : [next];
  });
}

function changed(value: Json, { kind, value: other, name }: Mutation): Json {
  switch (kind) {
    case 'replace':
      return other;
    case 'nest':
      return [value];
    case 'drop':
      return null;
    case 'duplicate':
    case 'rename':
      return value;
    case 'add':
      return typeof value === 'object' && value !== null && !Array.isArray(value)
        ? withMember(value as { readonly [name: string]: Json }, name, other)
        : other;
    default:
      return kind satisfies never;
  }
}

/** Also where the name is `__proto__`, which an assignment would not add. */
function withMember(object: { readonly [name: string]: Json }, name: string, value: Json): Json {
  return Object.fromEntries([...Object.entries(object), [name, value]]);
}

function countOf(value: Json): number {
  if (typeof value !== 'object' || value === null) return 1;
  const children: readonly Json[] = Array.isArray(value) ? value : Object.values(value);
  return children.reduce<number>((sum, child) => sum + countOf(child), 1);
}
