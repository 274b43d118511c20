import type { LoadedColumn, LoadedTable } from './loaded-table.js';

/** Digits that every decimal keeps when it is read as a double and rounded again. */
const DIGITS_OF_DOUBLE = 15;

/**
 * Why a table cannot be loaded from the numbers of JSON; undefined where it can. Engines read them as doubles, also for a column
 * of text: `1.50` would become `1.5`. In CSV only lists are JSON.
 *
 * @param readsDecimals whether the engine reads a number for a column of decimals digit by digit
 */
export function numbersThatJsonLoses(
  { columns, format, name }: LoadedTable,
  { readsDecimals }: { readonly readsDecimals: boolean },
): string | undefined {
  const lost = columns.find((column) => {
    const isJson = format === 'ndjson' || (format === 'csv' && column.isList);
    return isJson && isLost(column, readsDecimals);
  });
  if (lost === undefined) return undefined;
  const instead = lost.isList ? 'parquet' : 'csv or parquet';
  return `the engine reads numbers of JSON as doubles, which changes digits of the column ${lost.name} of ${name}: export with --format ${instead}`;
}

function isLost({ type, isDecimal }: LoadedColumn, readsDecimals: boolean): boolean {
  if (type.kind === 'text') return isDecimal;
  return type.kind === 'decimal' && type.precision > DIGITS_OF_DOUBLE && !readsDecimals;
}
