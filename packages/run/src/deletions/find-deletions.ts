import { EMPTY_TALLY } from '@millrace/export';
import type { Tally } from '@millrace/export';
import { isJsonObject, isLater, momentOf } from '@millrace/fhir';
import type { Moment, OwnBases } from '@millrace/fhir';
import { readLineBlocks } from '@millrace/storage';
import type { PinnedInput, Source } from '@millrace/storage';
import type { JsonValue } from '@millrace/viewdef';
import { createProgress } from '../range/evaluation-progress.js';
import { MalformedLineError } from '../range/input-error.js';
import { lineNumberIfReadable } from '../range/line-number.js';
import { countPassedOver } from '../range/passed-over.js';
import type { MalformedLines } from '../range/range-task.js';
import { BadLineFound } from '../range/read-cut-by-cut.js';
import { createResourceLines } from '../range/resource-lines.js';
import { deletionLine } from './deletion-times.js';
import { createDeletionReader } from './read-deletion.js';
import type { PassedOverEntry } from './read-deletion.js';

/** The deletions of a source that matter to an export. */
export interface FoundDeletions {
  /** The content of an object for `readDeletionTimes`, and how many deletions it has, by resource type. */
  readonly ofTypes: ReadonlyMap<string, { readonly bytes: Uint8Array; readonly deletions: number }>;
  /** Entries that say of no resource that it is gone, by the reason. */
  readonly passedOver: ReadonlyMap<PassedOverEntry, number>;
  /** Bundles without a time, and those whose time is no instant. Their deletions are before every change of a resource. */
  readonly undated: { readonly missing: number; readonly unreadable: number };
  /** Of each input with something that is no Bundle. */
  readonly tallies: readonly { readonly input: string; readonly tally: Tally }[];
}

/** Which deletions are looked for. */
export interface DeletionTerms {
  /** Of resources of these types. */
  readonly types: ReadonlySet<string>;
  readonly bases: OwnBases;
  /** Later deletions are as if they had not happened. */
  readonly until: Moment | undefined;
  readonly malformedLines: MalformedLines;
}

/** A source has more deletions than an export may compare with its resources. */
export class TooManyDeletionsError extends Error {
  override readonly name = 'TooManyDeletionsError';

  constructor(most: number) {
    super(
      `the source has more than ${most} deletions of resources of the types that are exported, which is as many as are compared ` +
        'with its resources; remove from deleted.ndjson those of resources that the source does not have, or ask for fewer types',
    );
  }
}

/** The table of as many takes 50 MB in an engine thread, where all are of one type. */
const MOST_DELETIONS = 500_000;

/**
 * Reads all deletions of a source once.
 *
 * @throws TooManyDeletionsError; MalformedLineError, where these end an export; storage's errors
 */
export async function findDeletions(
  source: Source,
  inputs: readonly PinnedInput[],
  { types, bases, until, malformedLines }: DeletionTerms,
  signal: AbortSignal,
  mostDeletions = MOST_DELETIONS,
): Promise<FoundDeletions> {
  const read = createDeletionReader(bases);
  const lines = new Map<string, string[]>();
  const passedOver = new Map<PassedOverEntry, number>();
  const undated = { missing: 0, unreadable: 0 };
  let count = 0;

  function take(bundle: JsonValue): void {
    const { meta, entry } = bundle as { readonly meta?: unknown; readonly entry?: unknown };
    // A filter by time takes null for none, too.
    const lastUpdated = (isJsonObject(meta) ? meta['lastUpdated'] : undefined) ?? undefined;
    const changed = typeof lastUpdated === 'string' ? lastUpdated : undefined;
    const moment = changed === undefined ? undefined : momentOf(changed);
    if (moment !== undefined && until !== undefined && isLater(moment, until)) return;
    if (moment === undefined) undated[lastUpdated === undefined ? 'missing' : 'unreadable'] += 1;
    for (const one of Array.isArray(entry) ? (entry as readonly unknown[]) : []) {
      const deletion = read(one);
      if (typeof deletion === 'string') {
        passedOver.set(deletion, (passedOver.get(deletion) ?? 0) + 1);
        continue;
      }
      if (!types.has(deletion.resourceType)) continue;
      count += 1;
      if (count > mostDeletions) throw new TooManyDeletionsError(mostDeletions);
      const ofType = lines.get(deletion.resourceType) ?? [];
      lines.set(deletion.resourceType, ofType);
      ofType.push(deletionLine(deletion.id, moment === undefined ? undefined : changed));
    }
  }

  const tallies: { readonly input: string; readonly tally: Tally }[] = [];
  for (const input of inputs) {
    const { passed, takeTally } = countPassedOver({ malformedLines });
    const use = { parse: (text: string) => JSON.parse(text) as JsonValue, take, isFull: () => false };
    const pass = createResourceLines('Bundle', use, passed, undefined, createProgress());
    const range = { start: 0, end: input.bytes };
    try {
      for await (const { bytes, offset } of readLineBlocks(source, input, range, { signal }))
        pass.consume(bytes, 0, offset);
    } catch (error) {
      if (!(error instanceof BadLineFound)) throw error;
      const { offset, reason } = error.line;
      const number = await lineNumberIfReadable(source, input, offset);
      throw new MalformedLineError(input.key, offset, number, reason);
    }
    const { skippedLines, firstSkipped } = takeTally(undefined);
    if (firstSkipped !== undefined)
      tallies.push({ input: input.key, tally: { ...EMPTY_TALLY, skippedLines, firstSkipped } });
  }
  return {
    ofTypes: new Map(
      [...lines].map(([type, ofType]) => {
        return [type, { bytes: Buffer.from(ofType.join(''), 'latin1'), deletions: ofType.length }];
      }),
    ),
    passedOver,
    undated,
    tallies,
  };
}
