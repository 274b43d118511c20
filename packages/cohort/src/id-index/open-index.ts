import { crc32 } from 'node:zlib';
import type { ObjectStore } from '@millrace/storage';
import { IdIndexDamagedError } from './errors.js';
import { decodeDirectory, directoryBytes } from './index-directory.js';
import type { BlockPlace, IndexDirectory } from './index-directory.js';
import { decodeRecords } from './index-record.js';
import type { IndexRecord } from './index-record.js';

export type IndexStore = Pick<ObjectStore, 'stat' | 'stream'>;

/** An index that was opened. Only its directory is held, and a small one as a whole. */
export interface OpenIndex extends Omit<IndexDirectory, 'blocks' | 'schemaVersion'> {
  /** Memory that it takes. */
  readonly heldBytes: number;
  /**
   * The records with some ids, in the order of the ids; those of one id in the order of the file.
   *
   * @throws IdIndexDamagedError; ObjectMissingError and ObjectChangedError when the object is gone
   */
  find(ids: ReadonlySet<string>): AsyncGenerator<IndexRecord, void, undefined>;
  /** Those of some ids that it has. Bodies of large records are not read. @throws as `find` */
  has(ids: ReadonlySet<string>): Promise<ReadonlySet<string>>;
  /** All records, some at a time. @throws as `find` */
  all(): AsyncGenerator<readonly IndexRecord[], void, undefined>;
}

/** Most indexes are no longer, and are read and held at once. */
const TAIL_BYTES = 64 << 10;
/** Blocks with few others between them are read together, up to this many bytes. */
const READ_BYTES = 4 << 20;
const GAP_BYTES = 256 << 10;
/** Memory of the directory for each block. */
const PLACE_BYTES = 150;

/**
 * Opens an index; undefined when there is none.
 *
 * @param of what it must be of
 * @throws IdIndexDamagedError
 */
export async function openIndex(store: IndexStore, key: string, of: string): Promise<OpenIndex | undefined> {
  const entry = await store.stat(key);
  if (entry === undefined) return undefined;
  const { bytes: size, etag } = entry;

  async function read(start: number, end: number): Promise<Buffer> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of store.stream(key, { start, end }, { bytes: size, etag })) chunks.push(chunk);
    return Buffer.concat(chunks);
  }

  let tail = await read(Math.max(0, size - TAIL_BYTES), size);
  const needed = directoryBytes(tail);
  if (needed === undefined || needed > size) throw new IdIndexDamagedError(key, 'it has no trailer');
  if (needed > tail.length) tail = await read(size - needed, size);
  const directory = decodeDirectory(tail);
  if (directory === undefined) throw new IdIndexDamagedError(key, 'its directory was changed');
  if (directory.of !== of) throw new IdIndexDamagedError(key, 'it is of another file');
  const { blocks, schemaVersion: _, ...facts } = directory;
  const whole = tail.length === size ? tail : undefined;

  function* recordsOf(places: readonly BlockPlace[], bytes: Buffer, at: number): Generator<IndexRecord> {
    for (const [, offset, length, crc] of places) {
      const block = bytes.subarray(offset - at, offset - at + length);
      if (block.length !== length || crc32(block) !== crc)
        throw new IdIndexDamagedError(key, `its block at ${offset} was changed`);
      yield* decodeRecords(block);
    }
  }

  async function* readBlocks(places: readonly BlockPlace[]): AsyncGenerator<Generator<IndexRecord>> {
    for (const together of gathered(places)) {
      const [start, end] = extentOf(together);
      yield whole === undefined
        ? recordsOf(together, await read(start, end), start)
        : recordsOf(together, whole, 0);
    }
  }

  async function* find(ids: ReadonlySet<string>): AsyncGenerator<IndexRecord, void, undefined> {
    for await (const records of readBlocks(blocksWith(blocks, ids))) {
      for (const record of records) if (ids.has(record.id)) yield record;
    }
  }

  return {
    ...facts,
    heldBytes: blocks.length * PLACE_BYTES + (whole?.length ?? 0),
    find,
    async has(ids) {
      const found = new Set(blocks.flatMap(([id]) => (ids.has(id) ? [id] : [])));
      for await (const { id } of find(new Set([...ids].filter((one) => !found.has(one))))) found.add(id);
      return found;
    },
    async *all() {
      for (const place of blocks) for await (const records of readBlocks([place])) yield [...records];
    },
  };
}

/** The blocks that can have some ids, in their order. */
function blocksWith(blocks: readonly BlockPlace[], ids: ReadonlySet<string>): readonly BlockPlace[] {
  const wanted = new Set<number>();
  for (const id of ids) {
    // The block before the first one that begins with the id or a later one may end with the id.
    for (let at = Math.max(0, firstNotBefore(blocks, id) - 1); at < blocks.length; at += 1) {
      const [first = '', , , , records] = blocks[at] ?? [];
      if (first > id) break;
      if (records !== 1 || first === id) wanted.add(at);
    }
  }
  return blocks.filter((_, at) => wanted.has(at));
}

/** The first block whose first id is not before an id; the number of blocks when there is none. */
function firstNotBefore(blocks: readonly BlockPlace[], id: string): number {
  let low = 0;
  let high = blocks.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((blocks[middle]?.[0] ?? '') < id) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Blocks that are read together. */
function* gathered(places: readonly BlockPlace[]): Generator<readonly BlockPlace[]> {
  let together: BlockPlace[] = [];
  for (const place of places) {
    const [start, end] = extentOf(together);
    const [, offset, length] = place;
    const isFar = together.length > 0 && (offset - end > GAP_BYTES || offset + length - start > READ_BYTES);
    if (isFar) {
      yield together;
      together = [];
    }
    together.push(place);
  }
  if (together.length > 0) yield together;
}

function extentOf(places: readonly BlockPlace[]): readonly [number, number] {
  const [first, last] = [places[0], places.at(-1)];
  return first === undefined || last === undefined ? [0, 0] : [first[1], last[1] + last[2]];
}
