import { I32, I64, readThrift, thriftBytes, withFields } from './thrift.js';
import type { ThriftField, ThriftStruct, ThriftValue } from './thrift.js';

/** Bytes at the end of a file: the length of its footer, and the magic. */
export const TRAILER_BYTES = 8;
/** The bytes in front of the first row group. */
export const PARQUET_MAGIC = new Uint8Array([0x50, 0x41, 0x52, 0x31]);

/** Two files whose row groups cannot be in one, or bytes that are no file of Parquet. */
export class ParquetJoinError extends Error {
  override readonly name = 'ParquetJoinError';
}

/** The footer of a file. */
export interface ParquetFooter {
  readonly file: ThriftStruct;
  /** Where the row groups end: from there to `start` are the indexes of their pages. */
  readonly contentEnd: number;
  /** Its beginning. */
  readonly start: number;
}

/** Bytes of a file, and where they begin in it. */
interface Stretch {
  readonly bytes: Uint8Array;
  readonly start: number;
}

/** A column chunk, and the indexes of its pages until their places are known. */
interface KeptChunk {
  readonly chunk: ThriftStruct;
  readonly bounds: Uint8Array | undefined;
  readonly offsets: Uint8Array | undefined;
}

interface KeptGroup {
  readonly group: ThriftStruct;
  readonly chunks: readonly KeptChunk[];
}

// Fields of https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift
const FILE = { rows: 3, groups: 4 } as const;
const GROUP = { columns: 1, start: 5, ordinal: 7 } as const;
const CHUNK = { start: 2, metadata: 3 } as const;
const INDEX = { offsets: { place: 4, length: 5 }, bounds: { place: 6, length: 7 } } as const;
/** Places within the metadata of a chunk: data pages, index page, dictionary page and Bloom filter. */
const PLACES = [9, 10, 11, 14] as const;
const PAGES = 1;
const PAGE_OFFSET = 1;

/** @throws ParquetJoinError when it is not that of a file of Parquet */
export function readFooter(bytes: Uint8Array, start: number): ParquetFooter {
  const file = parsed(bytes);
  return { file, start, contentEnd: startOfIndexes(structsOf(file, FILE.groups), start) };
}

/**
 * Makes one file of several of one schema by copying their row groups. The bytes of each file between `PARQUET_MAGIC` and
 * `contentEnd` follow each other behind `PARQUET_MAGIC`, in the order of `append`, and those of `finish` follow them.
 * Statistics and page indexes stay. Only footers and indexes are in memory.
 */
export class ParquetJoin {
  #first: ThriftStruct | undefined;
  #shape: Uint8Array | undefined;
  #rows = 0n;
  readonly #groups: KeptGroup[] = [];
  #offset = PARQUET_MAGIC.length;

  /**
   * Adds a file.
   *
   * @param indexes its bytes between the row groups and the footer
   * @throws ParquetJoinError when it has another schema or other metadata than the first
   */
  append({ file, contentEnd }: ParquetFooter, indexes: Uint8Array): void {
    this.#requireShape(file);
    const shift = BigInt(this.#offset - PARQUET_MAGIC.length);
    for (const group of structsOf(file, FILE.groups))
      this.#groups.push(shiftedGroup(group, shift, { bytes: indexes, start: contentEnd }));
    this.#rows += numberOf(file, FILE.rows) ?? 0n;
    this.#offset += contentEnd - PARQUET_MAGIC.length;
  }

  /** The bytes behind all row groups. @throws ParquetJoinError without a file */
  finish(): Uint8Array {
    if (this.#first === undefined) throw new ParquetJoinError('no file was given to be joined');
    const placed = this.#placeIndexes();
    const groups = this.#groups.map(({ group, chunks }, ordinal) => {
      const items = chunks.map((kept) => withFields(kept.chunk, placed.fields.get(kept) ?? {}));
      const ordinals = group.fields.get(GROUP.ordinal);
      return withFields(group, {
        [GROUP.columns]: listField(group, GROUP.columns, items),
        ...(ordinals === undefined ? {} : { [GROUP.ordinal]: { ...ordinals, value: BigInt(ordinal) } }),
      });
    });
    const footer = thriftBytes(
      withFields(this.#first, {
        [FILE.rows]: { type: I64, value: this.#rows },
        [FILE.groups]: listField(this.#first, FILE.groups, groups),
      }),
    );
    const length = Buffer.alloc(4);
    length.writeUInt32LE(footer.length);
    return Buffer.concat([...placed.bytes, footer, length, PARQUET_MAGIC]);
  }

  /** The indexes in the order of the file, bounds before places, and where they are by their chunks. */
  #placeIndexes() {
    const bytes: Uint8Array[] = [];
    const fields = new Map<KeptChunk, Record<number, ThriftField>>();
    let offset = this.#offset;
    for (const kind of ['bounds', 'offsets'] as const) {
      for (const kept of this.#groups.flatMap(({ chunks }) => chunks)) {
        const index = kept[kind];
        if (index === undefined) continue;
        fields.set(kept, {
          ...fields.get(kept),
          [INDEX[kind].place]: { type: I64, value: BigInt(offset) },
          [INDEX[kind].length]: { type: I32, value: BigInt(index.length) },
        });
        bytes.push(index);
        offset += index.length;
      }
    }
    return { bytes, fields };
  }

  #requireShape(file: ThriftStruct): void {
    const shape = shapeOf(file);
    this.#first ??= file;
    this.#shape ??= shape;
    if (Buffer.compare(shape, this.#shape) !== 0)
      throw new ParquetJoinError('two files to be joined differ in their schema or metadata');
  }
}

/** How long the footer is. @throws ParquetJoinError when the last bytes are not those of a file of Parquet */
export function footerLength(trailer: Uint8Array, fileBytes: number): number {
  const last = Buffer.from(trailer.buffer, trailer.byteOffset, trailer.length);
  if (last.length !== TRAILER_BYTES || Buffer.compare(last.subarray(4), PARQUET_MAGIC) !== 0)
    throw new ParquetJoinError('a file to be joined does not end as files of Parquet do');
  const length = last.readUInt32LE(0);
  if (length > fileBytes - TRAILER_BYTES - PARQUET_MAGIC.length)
    throw new ParquetJoinError('the footer of a file to be joined is longer than the file');
  return length;
}

function parsed(bytes: Uint8Array): ThriftStruct {
  try {
    return readThrift(bytes);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new ParquetJoinError('the footer of a file to be joined cannot be read', { cause: error });
  }
}

/** All but the row groups. */
function shapeOf(file: ThriftStruct): Uint8Array {
  const kept = [...file.fields].filter(([id]) => id !== FILE.rows && id !== FILE.groups);
  return thriftBytes({ kind: 'struct', fields: new Map(kept) });
}

/** Indexes follow each other between the row groups and the footer. */
function startOfIndexes(groups: readonly ThriftStruct[], footerStart: number): number {
  const places = groups
    .flatMap((group) => structsOf(group, GROUP.columns))
    .flatMap((chunk) => [numberOf(chunk, INDEX.offsets.place), numberOf(chunk, INDEX.bounds.place)])
    .flatMap((place) => (place === undefined ? [] : Number(place)));
  return places.reduce((least, place) => Math.min(least, place), footerStart);
}

function shiftedGroup(group: ThriftStruct, by: bigint, indexes: Stretch): KeptGroup {
  return {
    group: shifted(group, [GROUP.start], by),
    chunks: structsOf(group, GROUP.columns).map((chunk) => shiftedChunk(chunk, by, indexes)),
  };
}

function shiftedChunk(chunk: ThriftStruct, by: bigint, { bytes, start }: Stretch): KeptChunk {
  const metadata = chunk.fields.get(CHUNK.metadata);
  const inside =
    metadata === undefined || !isStruct(metadata.value)
      ? {}
      : { [CHUNK.metadata]: { ...metadata, value: shifted(metadata.value, PLACES, by) } };
  const indexAt = (kind: keyof typeof INDEX): Uint8Array | undefined => {
    const [at, size] = [numberOf(chunk, INDEX[kind].place), numberOf(chunk, INDEX[kind].length)];
    if (at === undefined || size === undefined) return undefined;
    return bytes.subarray(Number(at) - start, Number(at) - start + Number(size));
  };
  const offsets = indexAt('offsets');
  return {
    // A start of 0 says nothing.
    chunk: withFields(
      numberOf(chunk, CHUNK.start) === 0n ? chunk : shifted(chunk, [CHUNK.start], by),
      inside,
    ),
    bounds: indexAt('bounds'),
    offsets: offsets === undefined ? undefined : shiftedOffsets(offsets, by),
  };
}

/** An offset index, whose pages are in other places. */
function shiftedOffsets(bytes: Uint8Array, by: bigint): Uint8Array {
  const index = parsed(bytes);
  const pages = structsOf(index, PAGES).map((page) => shifted(page, [PAGE_OFFSET], by));
  return thriftBytes(withFields(index, { [PAGES]: listField(index, PAGES, pages) }));
}

function shifted(struct: ThriftStruct, ids: readonly number[], by: bigint): ThriftStruct {
  const changes: Record<number, ThriftField> = {};
  for (const id of ids) {
    const field = struct.fields.get(id);
    if (field !== undefined && typeof field.value === 'bigint')
      changes[id] = { ...field, value: field.value + by };
  }
  return withFields(struct, changes);
}

function structsOf({ fields }: ThriftStruct, id: number): ThriftStruct[] {
  const value = fields.get(id)?.value;
  if (typeof value !== 'object' || value instanceof Uint8Array || value.kind !== 'list') return [];
  return value.items.filter(isStruct);
}

function listField(from: ThriftStruct, id: number, items: readonly ThriftStruct[]): ThriftField {
  const field = from.fields.get(id);
  const list = field?.value;
  if (field === undefined || typeof list !== 'object' || list instanceof Uint8Array || list.kind !== 'list')
    throw new ParquetJoinError(`the footer of a file to be joined lacks the list ${id}`);
  return { ...field, value: { ...list, type: 12, items } };
}

function isStruct(value: ThriftValue): value is ThriftStruct {
  return typeof value === 'object' && !(value instanceof Uint8Array) && value.kind === 'struct';
}

function numberOf({ fields }: ThriftStruct, id: number): bigint | undefined {
  const value = fields.get(id)?.value;
  return typeof value === 'bigint' ? value : undefined;
}
