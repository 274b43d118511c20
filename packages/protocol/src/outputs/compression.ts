import type { ExportRequest } from '@millrace/export';
import { quote } from '../errors/errors.js';
import type { Fault } from '../errors/fault.js';
import type { ReadParameter } from '../parameters/read-parameters.js';
import type { ExportFormat } from './format.js';

/** A compression that is not the default of its format. */
export type Compression = NonNullable<ExportRequest['compression']>;

/** Reads `compression` of a kick-off whose format is known. */
export function readCompression(
  value: ReadParameter['value'],
  format: ExportFormat,
): { readonly compression: Compression | undefined; readonly faults: readonly Fault[] } {
  if (value?.type !== 'code') return { compression: undefined, faults: [] };
  const code = value.value;
  if (code !== 'snappy' && code !== 'zstd' && code !== 'gzip')
    return refused(
      'not-supported',
      `compression ${quote(code)} is not supported; expected snappy or zstd for Parquet, or gzip for text`,
    );
  const isOfParquet = code !== 'gzip';
  if (isOfParquet !== (format === 'parquet'))
    return refused(
      'invalid',
      `compression ${code} is for ${isOfParquet ? 'Parquet' : 'text'}, and _format is ${format}: leave one of them out`,
    );
  return { compression: code === 'snappy' ? undefined : code, faults: [] };
}

function refused(code: Fault['code'], diagnostics: string): ReturnType<typeof readCompression> {
  return { compression: undefined, faults: [{ status: 400, code, diagnostics, expression: 'compression' }] };
}
