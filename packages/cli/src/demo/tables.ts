import type { ExportManifest } from '@millrace/client';
import Table from 'cli-table3';
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';

const MAX_CELL = 28;
const MAX_COLUMNS = 6;

/** The first rows of a Parquet file, read back. Wide views are cut. */
export async function firstRowsTable(title: string, path: string, rows: number): Promise<string> {
  const file = await asyncBufferFromFile(path);
  const metadata = await parquetMetadataAsync(file);
  const shown = await parquetReadObjects({ file, metadata, compressors, rowEnd: rows });
  const columns = Object.keys(shown[0] ?? {}).slice(0, MAX_COLUMNS);
  const table = plainTable(columns);
  for (const row of shown) table.push(columns.map((column) => cellText(row[column])));
  return `\n${title}: ${metadata.num_rows} rows\n${table.toString()}`;
}

/** Every file of an export with what the manifest says of it. */
export function manifestTable(manifest: ExportManifest): string {
  const table = plainTable(['output', 'file', 'rows', 'bytes', 'sha256']);
  for (const { name, files } of manifest.outputs) {
    for (const { rows, bytes, sha256, url } of files) {
      const file = url.slice(url.lastIndexOf('/') + 1);
      table.push([name, file, String(rows ?? ''), String(bytes ?? ''), `${sha256?.slice(0, 16)}...`]);
    }
  }
  const { exportId, status, expires } = manifest;
  return `\nmanifest of export ${exportId}: ${status}, kept until ${expires}\n${table.toString()}\n`;
}

function plainTable(head: string[]): Table.Table {
  const noLinesBetweenRows = { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' };
  return new Table({ head, style: { head: [], border: [] }, chars: noLinesBetweenRows });
}

function cellText(value: unknown): string {
  if (value === null || value === undefined) return '';
  const text =
    value instanceof Date
      ? value.toISOString()
      : typeof value === 'string' || typeof value === 'bigint'
        ? String(value)
        : JSON.stringify(value);
  return text.length > MAX_CELL ? `${text.slice(0, MAX_CELL - 1)}…` : text;
}
