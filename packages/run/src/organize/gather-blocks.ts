import type { ObjectStore } from '@millrace/storage';
import { shareOf } from './bucket-of.js';
import { entryOf, extentIn, recordsIn } from './bucket-part.js';

/** A part with buckets. */
export interface BucketPart {
  readonly key: string;
  /** Of the version that was committed. */
  readonly bytes: number;
  readonly etag: string;
  /** Whether its lines are Patient resources, of which a block has its own first. */
  readonly isPatients: boolean;
}

/** The lines of one patient, each with its newline. */
export interface Block {
  readonly patient: string;
  readonly lines: readonly Buffer[];
}

/** Bytes of a bucket that are read at once. A bucket with more is read in shares of its patients. */
const SHARE_BYTES = 64 << 20;

/** Bytes of lines of one share that may be in memory: those of one patient are always in one share. */
const MOST_SHARE_BYTES = 512 << 20;

/** Parts that are read at once. */
const AT_ONCE = 8;

/** The resources of one patient, or of some that come together, are more than should be in memory. */
export class BlockTooLargeError extends Error {
  override readonly name = 'BlockTooLargeError';

  constructor(mostBytes: number) {
    super(
      `the resources of one patient, or of a few, have more than ${mostBytes >> 20} MiB, which is as much as output that is organized by patients may have; narrow it with _type, _since or _typeFilter`,
    );
  }
}

interface OpenBlock {
  readonly own: Buffer[];
  readonly others: Buffer[];
}

/**
 * The blocks of the patients of one bucket: of each the Patient resource first, then the other lines in the order of the
 * parts.
 *
 * @throws BlockTooLargeError; the reason of `stop`; storage's errors
 */
export async function* gatherBlocks(
  store: Pick<ObjectStore, 'stream'>,
  parts: readonly BucketPart[],
  { bucket, buckets }: { readonly bucket: number; readonly buckets: number },
  stop: AbortSignal,
  { shareBytes = SHARE_BYTES, mostBytes = MOST_SHARE_BYTES } = {},
): AsyncGenerator<Block> {
  const extents = await inOrder(parts, async (part) => {
    stop.throwIfAborted();
    return { part, ...extentIn(await read(store, part, entryOf(bucket))) };
  });
  const filled = extents.filter(({ start, end }) => end > start);
  const bytes = filled.reduce((sum, { start, end }) => sum + end - start, 0);
  const shares = Math.max(1, Math.ceil(bytes / shareBytes));
  for (let share = 0; share < shares; share += 1) {
    const blocks = new Map<string, OpenBlock>();
    let kept = 0;
    for (const { part, ...extent } of filled) {
      stop.throwIfAborted();
      for (const { patient, line } of recordsIn(await read(store, part, extent))) {
        if (shares > 1 && shareOf(patient, buckets, shares) !== share) continue;
        kept += line.length;
        if (kept > mostBytes) throw new BlockTooLargeError(mostBytes);
        const block = blocks.get(patient) ?? { own: [], others: [] };
        blocks.set(patient, block);
        // Of a bucket that is read several times, what is left out must not stay in memory.
        (part.isPatients ? block.own : block.others).push(shares > 1 ? Buffer.from(line) : line);
      }
    }
    for (const [patient, { own, others }] of blocks) {
      stop.throwIfAborted();
      yield { patient, lines: [...own, ...others] };
    }
  }
}

async function read(
  store: Pick<ObjectStore, 'stream'>,
  { key, bytes, etag }: BucketPart,
  range: { readonly start: number; readonly end: number },
): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of store.stream(key, range, { bytes, etag })) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Does something with each of some values, a few at once. */
async function inOrder<Value, Result>(
  values: readonly Value[],
  work: (value: Value) => Promise<Result>,
): Promise<Result[]> {
  const lots: Result[][] = [];
  for (let at = 0; at < values.length; at += AT_ONCE)
    lots.push(await Promise.all(values.slice(at, at + AT_ONCE).map(work)));
  return lots.flat();
}
