import { parquetMetadata } from 'hyparquet';
import type { SchemaElement } from 'hyparquet';
import type { SqlColumn } from '../engine/sql-engine.js';
import { parquetColumns } from './parquet-columns.js';
import type { ParquetColumns } from './parquet-columns.js';

/** A Parquet file of an external table, pinned to the version that was found. */
export interface ExternalFile {
  /** Below the folder of the table. */
  readonly key: string;
  readonly bytes: number;
  readonly etag: string;
}

/** The folder of an external table. What the operator's store rejects with passes through. */
export interface ExternalFolder {
  list(): AsyncIterable<ExternalFile>;
  /** Bytes `[start, end)` of just this version. */
  read(file: ExternalFile, start: number, end: number): Promise<Uint8Array>;
}

export interface ExternalLimits {
  readonly mostFiles: number;
  /** Of all files: each process that runs SQL copies them. */
  readonly mostBytes: number;
}

export type ReadExternalTable =
  | {
      readonly kind: 'table';
      readonly columns: readonly SqlColumn[];
      readonly files: readonly ExternalFile[];
    }
  | { readonly kind: 'faulty'; readonly why: string };

/** Of one file; more is no Parquet that anybody writes for tables. */
const MOST_FOOTER_BYTES = 16 << 20;

/**
 * Lists the Parquet files of a folder and reads their columns, which must be the same in all of them. Other files are passed
 * over, and so are those whose name begins with `_` or `.`, which engines write beside their data.
 */
export async function readExternalTable(
  folder: ExternalFolder,
  { mostFiles, mostBytes }: ExternalLimits,
): Promise<ReadExternalTable> {
  const files: ExternalFile[] = [];
  let bytes = 0;
  for await (const { key, bytes: size, etag } of folder.list()) {
    if (!isTableFile(key)) continue;
    if (/=[^/]*\//.test(key))
      return faulty(`${nameOf(key)} is in a folder of a partition, whose columns are not in it`);
    files.push({ key, bytes: size, etag });
    bytes += size;
    if (files.length > mostFiles) return faulty(`it has more than ${mostFiles} files`);
    if (bytes > mostBytes) return faulty(`it has more than ${mostBytes} bytes`);
  }
  let first:
    | { readonly text: string; readonly columns: readonly SqlColumn[]; readonly key: string }
    | undefined;
  for (const file of files) {
    const read = await columnsOf(folder, file);
    if (read.kind === 'faulty') return faulty(`in ${nameOf(file.key)}, ${read.why}`);
    const text = JSON.stringify(read.columns);
    first ??= { text, columns: read.columns, key: file.key };
    if (text !== first.text)
      return faulty(`its files ${nameOf(first.key)} and ${nameOf(file.key)} have different columns`);
  }
  return first === undefined
    ? faulty('its folder has no Parquet files')
    : { kind: 'table', columns: first.columns, files };
}

function isTableFile(key: string): boolean {
  return key.endsWith('.parquet') && !key.split('/').some((name) => /^[_.]/.test(name));
}

/** Behind the metadata of a file: its length, and `PAR1`. */
const END_BYTES = 8;

async function columnsOf(folder: ExternalFolder, file: ExternalFile): Promise<ParquetColumns> {
  const { bytes } = file;
  if (bytes < END_BYTES) return faulty('it is no Parquet file');
  const end = Buffer.from(await folder.read(file, bytes - END_BYTES, bytes));
  const footer = END_BYTES + end.readUInt32LE(0);
  if (end.toString('latin1', 4) !== 'PAR1' || footer > bytes) return faulty('it is no Parquet file');
  if (footer > MOST_FOOTER_BYTES) return faulty(`its footer has more than ${MOST_FOOTER_BYTES} bytes`);
  const content = Uint8Array.from(await folder.read(file, bytes - footer, bytes));
  let schema: readonly SchemaElement[];
  try {
    ({ schema } = parquetMetadata(content.buffer, { geoparquet: false }));
  } catch {
    // The reader may quote the file.
    return faulty('it is no Parquet file');
  }
  return parquetColumns(schema);
}

function nameOf(key: string): string {
  return JSON.stringify(key.slice(0, 200));
}

function faulty(why: string): { readonly kind: 'faulty'; readonly why: string } {
  return { kind: 'faulty', why };
}
