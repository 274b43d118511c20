import { quote } from '../errors/errors.js';
import type { Fault } from '../errors/fault.js';
import type { ViewVerdict } from '../subjects/check-view.js';

/** Types, by their first word, whose values have one text each, which a path can have. */
const TYPES: ReadonlySet<string> = new Set(['BOOLEAN', 'SMALLINT', 'INTEGER', 'BIGINT', 'CHARACTER', 'DATE']);

/** A view of a request; `columns` are undefined where it has a fault. */
interface AskedView {
  readonly title: string;
  readonly columns: ViewVerdict['columns'] | undefined;
}

/** The reasons why the outputs of a request cannot be partitioned by a column. */
export function partitionFaults(
  partitionBy: string | undefined,
  views: readonly AskedView[],
  hasSql: boolean,
): readonly Fault[] {
  if (partitionBy === undefined) return [];
  if (hasSql)
    return [refused(400, 'not-supported', 'partitionBy is not supported for SQL; expected views only')];
  return views.flatMap(({ title, columns }) => {
    const why = columns === undefined ? undefined : reasonAgainst(partitionBy, columns);
    return why === undefined
      ? []
      : [refused(422, 'invalid', `${title} cannot be partitioned by ${quote(partitionBy)}: ${why}`)];
  });
}

function reasonAgainst(name: string, columns: NonNullable<AskedView['columns']>): string | undefined {
  const column = columns.find((one) => one.name === name);
  if (column === undefined) return 'it has no column of that name';
  if (column.collection) return 'its values are lists; expected a column with one value';
  if (!TYPES.has(column.sqlType.split(/[ (]/)[0] ?? ''))
    return `its type is ${column.sqlType}; expected a text, a boolean, an integer or a DATE`;
  // The files do not have the column itself.
  if (columns.length === 1)
    return 'it has no other column, and the files of a partition do not have this one';
  return undefined;
}

function refused(status: Fault['status'], code: Fault['code'], diagnostics: string): Fault {
  return { status, code, diagnostics, expression: 'partitionBy' };
}
