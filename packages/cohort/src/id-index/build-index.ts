import {
  CorruptInputError,
  GzipRatioError,
  InputChangedError,
  LineTooLongError,
  readLineBlocks,
} from '@millrace/storage';
import type { PartSink, PinnedInput, Source } from '@millrace/storage';
import { IdIndexDamagedError } from './errors.js';
import { indexKey, pinOf, runKey } from './index-keys.js';
import type { IndexedInput, IndexedType } from './index-keys.js';
import type { IndexRecord } from './index-record.js';
import { indexedLines } from './indexed-lines.js';
import { mergeRuns } from './merge-runs.js';
import { openIndex } from './open-index.js';
import type { IndexStore, OpenIndex } from './open-index.js';
import { writeIndex } from './write-index.js';
import type { IndexFacts } from './write-index.js';

/** One file to be indexed; plain data, which threads share. */
export interface IndexTask {
  /** Name of the source. */
  readonly source: string;
  readonly resourceType: IndexedType;
  readonly input: PinnedInput;
  /**
   * After this many milliseconds the building pauses at the end of a run, and another call goes on. Gzip is read on to its end,
   * because it would have to be read again from its beginning.
   */
  readonly forMs: number;
}

export type IndexBuild =
  | {
      readonly kind: 'built';
      readonly records: number;
      /** Size of the index. */
      readonly bytes: number;
      /** False where the file is damaged, and the index says nothing about ids that it does not have. */
      readonly isWhole: boolean;
      /** Content that this call has read. */
      readonly contentBytes: number;
    }
  | { readonly kind: 'unfinished'; readonly contentBytes: number }
  /** The file is not what it was when it was listed. */
  | { readonly kind: 'changed' }
  /** An earlier call left objects that are damaged; they have to be removed. */
  | { readonly kind: 'damaged' };

export interface IndexBuildPorts {
  readonly source: Source;
  readonly store: Pick<PartSink, 'open'> & IndexStore;
  now(): number;
  /** Throws when the building has to end at once. */
  stopIfTold(): void;
  /** Is told of each upload first, so that somebody else can abort it. */
  onUpload(key: string, uploadId: string): void;
}

/** How much one run holds in memory. */
export interface RunLimits {
  readonly contentBytes: number;
  readonly records: number;
  readonly bodyBytes: number;
}

/** A run of Synthea patients has about 100,000 ids, and takes some seconds. */
const RUN_LIMITS: RunLimits = { contentBytes: 256 << 20, records: 500_000, bodyBytes: 64 << 20 };

/**
 * Builds the index of one file. Large files are indexed in sorted runs that are stored one by one, so that a building which
 * was interrupted goes on behind the last of them; the index itself is merged from them. The memory that this takes is
 * that of a run, and of a block of each run.
 *
 * @throws storage's errors; what `stopIfTold` throws
 */
export async function buildIndex(
  task: IndexTask,
  ports: IndexBuildPorts,
  limits: RunLimits = RUN_LIMITS,
): Promise<IndexBuild> {
  try {
    return await build(task, ports, limits);
  } catch (error) {
    if (error instanceof InputChangedError) return { kind: 'changed' };
    if (error instanceof IdIndexDamagedError) return { kind: 'damaged' };
    throw error;
  }
}

async function build(
  { resourceType, input, forMs }: IndexTask,
  ports: IndexBuildPorts,
  limits: RunLimits,
): Promise<IndexBuild> {
  const { source } = ports;
  const of: IndexedInput = { source, resourceType, input };
  const startedAt = ports.now();
  const runs = await storedRuns(ports.store, of);
  const startedFrom = runs.at(-1)?.end ?? 0;
  let end = startedFrom;
  let isWhole = true;
  let records: IndexRecord[] = [];
  let held = { from: end, bodyBytes: 0 };

  async function storeRun(): Promise<void> {
    const facts = { of: pinOf(of), end, isWhole: true };
    const key = runKey(of, runs.length);
    await storeIndex(ports, key, [sorted(records)], () => facts);
    const stored = await openIndex(ports.store, key, facts.of);
    if (stored === undefined) throw new IdIndexDamagedError(key, 'it is gone');
    runs.push(stored);
    records = [];
    held = { from: end, bodyBytes: 0 };
  }

  const isFull = (): boolean =>
    end - held.from >= limits.contentBytes ||
    records.length >= limits.records ||
    held.bodyBytes >= limits.bodyBytes;

  try {
    const range = { start: 0, end: input.bytes };
    for await (const { bytes, offset } of readLineBlocks(source, input, range, { from: startedFrom })) {
      ports.stopIfTold();
      for (const record of indexedLines(bytes, resourceType)) {
        records.push(record);
        held.bodyBytes += record.body.length;
      }
      end = offset + bytes.length;
      if (!isFull() || (input.compression === 'none' && end >= input.bytes)) continue;
      await storeRun();
      const isLate = ports.now() - startedAt >= forMs;
      if (isLate && input.compression === 'none')
        return { kind: 'unfinished', contentBytes: end - startedFrom };
    }
  } catch (error) {
    if (!isOfContent(error)) throw error;
    isWhole = false;
  }
  const parts = [...runs.map((run) => run.all()), onceOf(sorted(records))];
  const facts = (): IndexFacts => ({ of: pinOf(of), end, isWhole });
  const merged = distinct(mergeRuns(parts), ports.stopIfTold);
  const written = await storeIndex(ports, indexKey(of), merged, facts);
  return { kind: 'built', ...written, isWhole, contentBytes: end - startedFrom };
}

/** The runs that an earlier call has stored, in their order. */
async function storedRuns(store: IndexStore, of: IndexedInput): Promise<OpenIndex[]> {
  const runs: OpenIndex[] = [];
  for (;;) {
    const run = await openIndex(store, runKey(of, runs.length), pinOf(of));
    if (run === undefined) return runs;
    runs.push(run);
  }
}

async function storeIndex(
  { store, onUpload }: Pick<IndexBuildPorts, 'store' | 'onUpload'>,
  key: string,
  batches: Parameters<typeof writeIndex>[0],
  facts: () => IndexFacts,
): Promise<{ readonly records: number; readonly bytes: number }> {
  await using upload = await store.open(key);
  onUpload(key, upload.id);
  const written = await writeIndex(batches, facts, (chunk) => upload.write(chunk));
  try {
    await upload.commit();
  } catch (error) {
    // Another process has stored the same: the content follows from the pinned file alone.
    if (!(error instanceof Error) || error.name !== 'ObjectExistsError') throw error;
  }
  return written;
}

function sorted(records: readonly IndexRecord[]): readonly IndexRecord[] {
  return records.toSorted((a, b) => (a.id === b.id ? 0 : a.id < b.id ? -1 : 1));
}

async function* onceOf(batch: readonly IndexRecord[]): AsyncGenerator<readonly IndexRecord[]> {
  yield batch;
}

/** Without repeated records that say no more than their id. */
async function* distinct(
  batches: AsyncIterable<readonly IndexRecord[]>,
  stopIfTold: () => void,
): AsyncGenerator<readonly IndexRecord[]> {
  let last = '';
  for await (const batch of batches) {
    stopIfTold();
    yield batch.filter(({ id, body }) => {
      const isRepeated = id === last && body.length === 0;
      last = id;
      return !isRepeated;
    });
  }
}

/** A fault that comes again whenever the file is read. */
function isOfContent(error: unknown): boolean {
  return (
    error instanceof CorruptInputError || error instanceof GzipRatioError || error instanceof LineTooLongError
  );
}
