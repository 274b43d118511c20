import type { ExportRequest, ManifestColumn } from '@millrace/export';
import { quote } from '../errors/errors.js';
import type { Fault } from '../errors/fault.js';
import { textOf, valueOf } from '../parameters/taken-parameters.js';
import type { ReadParameter } from '../parameters/read-parameters.js';
import type { ExportFormat } from './format.js';

/** The destinations of a tenant, and what columns of tables must be. */
export interface TableDestinations {
  /** By the names that the operator gave. */
  readonly names: readonly string[];
  /** The fault of columns for a table, in words; undefined for none. */
  columnFault(columns: readonly TableColumn[]): string | undefined;
}

export type TableColumn = Pick<ManifestColumn, 'name' | 'collection' | 'sqlType' | 'parquetType'>;

/** The tables that the outputs of a request are to become. */
export type AskedTable = NonNullable<ExportRequest['table']>;

/** An output that is to become a table; `columns` are undefined where it has a fault. */
interface AskedOutput {
  readonly title: string;
  readonly columns: readonly TableColumn[] | undefined;
}

/** Reads `tableFormat` and `destination` of a kick-off whose format is known. */
export function readTableFormat(
  parameters: readonly ReadParameter[],
  format: ExportFormat,
  destinations: TableDestinations | undefined,
): { readonly table: AskedTable | undefined; readonly faults: readonly Fault[] } {
  const value = valueOf(parameters, 'tableFormat');
  const destination = textOf(parameters, 'destination');
  if (value?.type !== 'code') {
    if (destination === undefined) return { table: undefined, faults: [] };
    return refused('invalid', 'destination is that of tables: expected tableFormat with it', 'destination');
  }
  if (value.value !== 'delta')
    return refused('not-supported', `tableFormat ${quote(value.value)} is not supported; expected delta`);
  if (format !== 'parquet')
    return refused('invalid', `Delta tables are Parquet, and _format is ${format}; expected parquet`);
  const names = destinations?.names ?? [];
  if (names.length === 0)
    return refused('not-supported', 'this server has no destination for tables of this client');
  const [only] = names;
  if (destination === undefined) {
    if (names.length === 1 && only !== undefined)
      return { table: { format: 'delta', destination: only }, faults: [] };
    return refused(
      'required',
      `there are several destinations: expected one of ${list(names)}`,
      'destination',
    );
  }
  if (!names.includes(destination))
    return refused(
      'not-found',
      `there is no destination ${quote(destination)}; expected one of ${list(names)}`,
      'destination',
    );
  return { table: { format: 'delta', destination }, faults: [] };
}

/** Names of outputs that are folders of a destination. Those of Delta and of readers begin with `_` or `.`. */
const TABLE_NAME = /^[\p{L}\p{N}][\p{L}\p{N}_.-]{0,199}$/u;

/** The reasons why outputs cannot become tables. */
export function tableFaults(
  table: AskedTable | undefined,
  outputs: readonly AskedOutput[],
  names: readonly (string | undefined)[],
  destinations: TableDestinations | undefined,
): readonly Fault[] {
  if (table === undefined) return [];
  const ofNames = names.flatMap((name) =>
    name === undefined || TABLE_NAME.test(name)
      ? []
      : [
          fault(
            422,
            'invalid',
            `the output ${quote(name)} cannot be a table: expected a name of letters, digits, _, - and ., which begins with a letter or a digit`,
          ),
        ],
  );
  return ofNames.concat(
    outputs.flatMap(({ title, columns }) => {
      const why = columns === undefined ? undefined : destinations?.columnFault(columns);
      return why === undefined ? [] : [fault(422, 'invalid', `${title} cannot be a Delta table: ${why}`)];
    }),
  );
}

function list(names: readonly string[]): string {
  return names.slice(0, 20).map(quote).join(', ');
}

function refused(
  code: Fault['code'],
  diagnostics: string,
  expression = 'tableFormat',
): ReturnType<typeof readTableFormat> {
  return {
    table: undefined,
    faults: [{ status: code === 'not-found' ? 404 : 400, code, diagnostics, expression }],
  };
}

function fault(status: Fault['status'], code: Fault['code'], diagnostics: string): Fault {
  return { status, code, diagnostics, expression: 'tableFormat' };
}
