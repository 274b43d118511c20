import type { Part } from '@millrace/export';
import {
  PARQUET_MAGIC,
  ParquetJoin,
  TRAILER_BYTES,
  fileExtension,
  footerLength,
  readFooter,
} from '@millrace/formats';
import type { Format } from '@millrace/formats';
import { gunzipStream, packingSink } from '@millrace/storage';
import type { ObjectStore, PartSink } from '@millrace/storage';

/** Bytes of a stored part, or bytes between the parts. */
type Piece = Uint8Array | { readonly part: Part; readonly start: number; readonly end: number };

type Store = PartSink & Pick<ObjectStore, 'stream'>;

export interface JoinOptions {
  readonly format: Format;
  /** CSV only: each part begins with the names of the columns. */
  readonly header: boolean;
  /** Of the file, without the ending of its format. */
  readonly key: string;
}

/**
 * Stores one file with the rows of some parts of one subject, and of one partition, in their order. Its bytes are copied, and a chunk of them is in
 * memory at a time; those of gzip are unpacked and packed again, as one member. One part is the file as it is.
 *
 * @throws storage's errors; ParquetJoinError; the reason of `stop`
 */
export async function joinParts(
  parts: readonly Part[],
  { format, header, key }: JoinOptions,
  store: Store,
  stop: AbortSignal,
): Promise<Part> {
  const [first, ...others] = parts;
  if (first === undefined) throw new TypeError('no part was given to be joined');
  if (others.length === 0) return first;
  const sink = first.unpacked === undefined ? store : packingSink(store);
  await using upload = await sink.open(`${key}.${fileExtension(format)}`);
  for await (const piece of piecesOf(parts, format, header, store)) {
    stop.throwIfAborted();
    if (piece instanceof Uint8Array) await upload.write(piece);
    else for await (const chunk of bytesOf(store, piece)) await upload.write(chunk);
  }
  const stored = await upload.commit();
  const rows = parts.reduce((sum, part) => sum + part.rows, 0);
  const { subject, partition } = first;
  const joined = { subject, rows, ...stored, ...sumOfMismatches(parts) };
  return partition === undefined ? joined : { ...joined, partition };
}

function sumOfMismatches(parts: readonly Part[]): Pick<Part, 'mismatches'> {
  const counts = parts.flatMap(({ mismatches }) => (mismatches === undefined ? [] : [mismatches]));
  if (counts.length === 0) return {};
  const sum = (at: number): number => counts.reduce((total, one) => total + (one[at] ?? 0), 0);
  return { mismatches: (counts[0] ?? []).map((_, at) => sum(at)) };
}

/** The part must be what was committed. */
function bytesOf(store: Store, { part, start, end }: Exclude<Piece, Uint8Array>): AsyncIterable<Uint8Array> {
  const { key, bytes, etag, unpacked } = part;
  if (unpacked === undefined) return store.stream(key, { start, end }, { bytes, etag });
  const content = gunzipStream(store.stream(key, { start: 0, end: bytes }, { bytes, etag }), key);
  return stretchOf(content, start, end);
}

/** The bytes of a content from a place to before another one. */
async function* stretchOf(
  content: AsyncIterable<Uint8Array>,
  start: number,
  end: number,
): AsyncGenerator<Uint8Array> {
  let at = 0;
  for await (const chunk of content) {
    const [from, to] = [Math.max(start - at, 0), Math.min(end - at, chunk.length)];
    if (from < to) yield chunk.subarray(from, to);
    at += chunk.length;
    if (at >= end) return;
  }
}

/** Of the content. */
function sizeOf({ bytes, unpacked }: Part): number {
  return unpacked?.bytes ?? bytes;
}

async function read(store: Store, piece: Exclude<Piece, Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytesOf(store, piece)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function* piecesOf(
  parts: readonly Part[],
  format: Format,
  header: boolean,
  store: Store,
): AsyncGenerator<Piece> {
  switch (format) {
    case 'parquet':
      yield* parquetPieces(parts, store);
      break;
    case 'json':
      yield* listPieces(parts);
      break;
    case 'csv': {
      const head = header ? await headLength(parts[0], store) : 0;
      for (const [at, part] of parts.entries()) yield { part, start: at === 0 ? 0 : head, end: sizeOf(part) };
      break;
    }
    case 'ndjson':
      for (const part of parts) yield { part, start: 0, end: sizeOf(part) };
      break;
    default:
      format satisfies never;
  }
}

async function* parquetPieces(parts: readonly Part[], store: Store): AsyncGenerator<Piece> {
  const join = new ParquetJoin();
  yield PARQUET_MAGIC;
  for (const part of parts) {
    const { bytes } = part;
    const trailer = await read(store, { part, start: bytes - TRAILER_BYTES, end: bytes });
    const start = bytes - TRAILER_BYTES - footerLength(trailer, bytes);
    const footer = readFooter(await read(store, { part, start, end: bytes - TRAILER_BYTES }), start);
    join.append(footer, await read(store, { part, start: footer.contentEnd, end: start }));
    yield { part, start: PARQUET_MAGIC.length, end: footer.contentEnd };
  }
  yield join.finish();
}

/** Each part is a whole list with a row at least: its ends give way to those of the file. */
function* listPieces(parts: readonly Part[]): Generator<Piece> {
  for (const [at, part] of parts.entries()) {
    if (at > 0) yield Buffer.from(',\n');
    yield { part, start: at === 0 ? 0 : 1, end: sizeOf(part) - (at === parts.length - 1 ? 0 : 1) };
  }
}

/** The first line has names of columns, which have no line ends. */
async function headLength(part: Part | undefined, store: Store): Promise<number> {
  let length = 0;
  if (part === undefined) return length;
  for await (const chunk of bytesOf(store, { part, start: 0, end: sizeOf(part) })) {
    const at = chunk.indexOf(0x0a);
    if (at >= 0) return length + at + 1;
    length += chunk.length;
  }
  return length;
}
