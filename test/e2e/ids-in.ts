import { parse as parseCsv } from 'csv-parse/sync';
import { parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { rowsIn } from './wire.js';
import type { ExportFile } from './wire.js';

type Row = Readonly<Record<string, unknown>>;

/** The column `id` of the files of an output, in order. */
export async function idsIn(format: string, files: readonly ExportFile[] = []): Promise<readonly unknown[]> {
  const rows = await Promise.all(files.map((file) => rowsOf(format, file)));
  return rows.flat().map(({ id }) => id);
}

async function rowsOf(format: string, file: ExportFile): Promise<readonly Row[]> {
  const { body } = file;
  switch (format) {
    case 'ndjson':
      return rowsIn([file]) as Row[];
    case 'json':
      return JSON.parse(body.toString('utf8')) as Row[];
    case 'csv':
      return parseCsv<Row>(body, { columns: true });
    case 'parquet':
      return parquetReadObjects({ file: Uint8Array.from(body).buffer, compressors });
    default:
      throw new Error(`there is no format ${format}`);
  }
}
