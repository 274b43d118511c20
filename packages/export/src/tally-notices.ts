import type { Notice } from './notice.js';
import { sumTallies } from './tally.js';
import type { Tally } from './tally.js';

/** Counts of skipped data from reading a part of an input for some of the views. */
export interface ReadTally {
  /** Key of the input. */
  readonly input: string;
  readonly resourceType: string;
  /** Number of the read: reads of several numbers come upon the same lines. */
  readonly pass: number;
  readonly tally: Tally;
}

/** Inputs, and types of one input, that are named one by one. */
const MOST_NAMED = 10;

/**
 * Notices of lines and resources that no view saw, once for each input, however many reads it took.
 *
 * @param asked by which the resources were chosen that have no readable date; `acceptedAt` where the request named no time
 */
export function tallyNotices(
  reads: readonly ReadTally[],
  asked: '_since' | '_until' | 'acceptedAt' = '_since',
): readonly Notice[] {
  const isParameter = asked !== 'acceptedAt';
  const limit = isParameter ? asked : 'the time of the kick-off';
  const inputs = [...groups(reads, ({ input }) => input)].map(([input, ofInput]) => {
    return { input, tally: tallyOfInput(ofInput) };
  });
  return [
    ...noticesOf(
      'skipped-line',
      inputs.map(({ input, tally }) => [input, tally.skippedLines, skippedText(input, tally)]),
      (count, more) => `lines of ${more} more inputs that are not resources were skipped: ${count}`,
    ),
    ...noticesOf(
      'unreadable-date',
      inputs.map(({ input, tally }) => [input, tally.undated?.count ?? 0, undatedText(input, tally, limit)]),
      (count, more) =>
        `resources of ${more} more inputs passed ${limit} for want of a readable date: ${count}`,
    ).map((notice) => (isParameter ? { ...notice, expression: asked } : notice)),
    ...noticesOf(
      'other-type',
      inputs.map(({ input, tally }) => [input, countOf(tally.otherTypes), otherTypesText(input, tally)]),
      (count, more) =>
        `resources of ${more} more inputs were skipped because their types are not read there: ${count}`,
    ),
  ];
}

/** A resource that another view reads is not skipped. */
function tallyOfInput(reads: readonly ReadTally[]): Tally {
  const passes = [...groups(reads, ({ pass }) => pass).values()].map((ofPass) =>
    sumTallies(ofPass.map(({ tally }) => tally)),
  );
  const readTypes = new Set(reads.map(({ resourceType }) => resourceType));
  const otherTypes: Record<string, number> = {};
  for (const [type, count] of passes.flatMap((tally) => Object.entries(tally.otherTypes))) {
    if (!readTypes.has(type)) otherTypes[type] = Math.max(otherTypes[type] ?? 0, count);
  }
  const most = passes.reduce((one, other) => (other.skippedLines > one.skippedLines ? other : one));
  return { ...most, otherTypes, ...undatedOf(reads) };
}

/** Each type is read by passes of its own; those of one type come upon the same resources. */
function undatedOf(reads: readonly ReadTally[]): Pick<Tally, 'undated'> {
  const most = [...groups(reads, ({ resourceType }) => resourceType).values()].map((ofType) => {
    const passes = [...groups(ofType, ({ pass }) => pass).values()];
    const sums = passes.map((ofPass) => sumTallies(ofPass.map(({ tally }) => tally)));
    return sums.reduce((one, other) =>
      (other.undated?.count ?? 0) > (one.undated?.count ?? 0) ? other : one,
    );
  });
  const { undated } = sumTallies(most);
  return undated === undefined ? {} : { undated };
}

type Counted = readonly [input: string, count: number, text: string];

function noticesOf(
  kind: Notice['kind'],
  inputs: readonly Counted[],
  rest: (count: number, inputs: number) => string,
): Notice[] {
  const counted = inputs.filter(([, count]) => count > 0);
  const named = counted.slice(0, MOST_NAMED).map(([, count, diagnostics]) => ({ kind, diagnostics, count }));
  const others = counted.slice(MOST_NAMED);
  if (others.length === 0) return named;
  const count = others.reduce((sum, [, one]) => sum + one, 0);
  return [...named, { kind, diagnostics: rest(count, others.length), count }];
}

function skippedText(input: string, { skippedLines, firstSkipped }: Tally): string {
  const first = firstSkipped === undefined ? '' : `, the first at byte offset ${firstSkipped}`;
  return `lines of ${input} that are not resources were skipped: ${skippedLines}${first}`;
}

function undatedText(input: string, { undated }: Tally, limit: string): string {
  const { count = 0, first = 0 } = undated ?? {};
  return `resources of ${input} passed ${limit} because their meta.lastUpdated is not an instant: ${count}, the first at byte offset ${first}`;
}

function otherTypesText(input: string, { otherTypes }: Tally): string {
  const types = Object.entries(otherTypes).sort(
    ([one, count], [other, otherCount]) => otherCount - count || (one < other ? -1 : 1),
  );
  const named = types.slice(0, MOST_NAMED).map(([type, count]) => `${type || 'no FHIR type'} (${count})`);
  const more = types.length - named.length;
  const rest = more > 0 ? ` and ${more} more` : '';
  const inBundles = 'Bundle' in otherTypes ? '; resources inside a Bundle are not read' : '';
  return `resources of ${input} were skipped because their types are not read there: ${named.join(', ')}${rest}${inBundles}`;
}

function countOf(otherTypes: Tally['otherTypes']): number {
  return Object.values(otherTypes).reduce((sum, count) => sum + count, 0);
}

function groups<Item, Key>(items: readonly Item[], keyOf: (item: Item) => Key): ReadonlyMap<Key, Item[]> {
  const result = new Map<Key, Item[]>();
  for (const item of items) {
    const group = result.get(keyOf(item));
    if (group) group.push(item);
    else result.set(keyOf(item), [item]);
  }
  return result;
}
