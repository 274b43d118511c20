import type { ExportRequest } from '@millrace/export';
import { quote } from '../errors/errors.js';
import type { Fault } from '../errors/fault.js';
import type { ReadParameter } from '../parameters/read-parameters.js';
import type { ExportFormat } from './format.js';

/** The fate of a value that does not fit its column, where it is not the default, which is to fail. */
export type OnMismatch = NonNullable<ExportRequest['onMismatch']>;

/** Reads `onMismatch` of a kick-off. */
export function readOnMismatch(value: ReadParameter['value']): {
  readonly onMismatch: OnMismatch | undefined;
  readonly faults: readonly Fault[];
} {
  if (value?.type !== 'code') return { onMismatch: undefined, faults: [] };
  const code = value.value;
  if (code === 'fail' || code === 'null')
    return { onMismatch: code === 'null' ? 'null' : undefined, faults: [] };
  const diagnostics = `onMismatch ${quote(code)} is not supported; expected fail or null`;
  return { onMismatch: undefined, faults: [refused('not-supported', diagnostics)] };
}

/** Text has no types. The tables that SQL selects from have them whatever the format. */
export function mismatchFaults(
  onMismatch: OnMismatch | undefined,
  format: ExportFormat,
  hasSql: boolean,
): readonly Fault[] {
  if (onMismatch === undefined || format === 'parquet' || hasSql) return [];
  const diagnostics = `onMismatch is for columns with types, and views as ${format} have none: leave it out, or ask for parquet`;
  return [refused('invalid', diagnostics)];
}

function refused(code: Fault['code'], diagnostics: string): Fault {
  return { status: 400, code, diagnostics, expression: 'onMismatch' };
}
