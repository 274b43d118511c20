import type { ExportRequest } from '../request.js';
import type { SqlRelationTable } from '../sql/sql-relations.js';
import type { Pass } from './pass.js';

interface Asked extends Pick<ExportRequest, 'sql'> {
  readonly subjects: readonly unknown[];
}

/**
 * The index under which passes and parts have a table of SQL, by its place in `sql.tables` of the request: behind those of the
 * subjects, because a table has no output.
 */
export function subjectOfTable({ subjects }: Pick<Asked, 'subjects'>, table: number): number {
  return subjects.length + table;
}

/** The table with that index; undefined where it is that of a subject, or of nothing. */
export function tableOfSubject({ subjects, sql }: Asked, subject: number): SqlRelationTable | undefined {
  return subject < subjects.length ? undefined : sql?.tables[subject - subjects.length];
}

/** The format of the parts that a pass makes. Tables are Parquet, whatever their client asks for. */
export function formatOfPass(
  request: Asked & Pick<ExportRequest, 'format'>,
  pass: Pass | undefined,
): ExportRequest['format'] {
  const isOfTables = tableOfSubject(request, pass?.subjects[0] ?? -1) !== undefined;
  return isOfTables ? 'parquet' : request.format;
}
