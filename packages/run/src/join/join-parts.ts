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
 * memory at a time. One part is the file as it is.
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
  await using upload = await store.open(`${key}.${fileExtension(format)}`);
  for await (const piece of piecesOf(parts, format, header, store)) {
    stop.throwIfAborted();
    if (piece instanceof Uint8Array) await upload.write(piece);
    else for await (const chunk of bytesOf(store, piece)) await upload.write(chunk);
  }
  const { key: stored, bytes, sha256, etag } = await upload.commit();
  const rows = parts.reduce((sum, part) => sum + part.rows, 0);
  const { subject, partition } = first;
  const joined = { subject, key: stored, rows, bytes, sha256, etag, ...sumOfMismatches(parts) };
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
  return store.stream(part.key, { start, end }, { bytes: part.bytes, etag: part.etag });
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
      for (const [at, part] of parts.entries()) yield { part, start: at === 0 ? 0 : head, end: part.bytes };
      break;
    }
    case 'ndjson':
      for (const part of parts) yield { part, start: 0, end: part.bytes };
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
    yield { part, start: at === 0 ? 0 : 1, end: at === parts.length - 1 ? part.bytes : part.bytes - 1 };
  }
}

/** The first line has names of columns, which have no line ends. */
async function headLength(part: Part | undefined, store: Store): Promise<number> {
  let length = 0;
  if (part === undefined) return length;
  for await (const chunk of bytesOf(store, { part, start: 0, end: part.bytes })) {
    const at = chunk.indexOf(0x0a);
    if (at >= 0) return length + at + 1;
    length += chunk.length;
  }
  return length;
}
