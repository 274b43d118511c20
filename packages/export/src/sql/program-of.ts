import type { ExportRequest } from '../request.js';
import type { Subject } from '../subject.js';
import type { SqlRelations } from './sql-relations.js';

type SqlSubject = Extract<Subject, { kind: 'sql' }>;
type Statement = SqlSubject['query'];

/** The query of one subject with all that it stands on, and nothing else: what `SqlEngine` takes. */
export interface SubjectProgram {
  readonly tables: SqlRelations['tables'];
  /** Each stands behind those that it depends on. */
  readonly views: SqlRelations['views'];
  readonly query: Statement;
  readonly values: SqlSubject['values'];
}

/**
 * The program of an SQL subject of an export.
 *
 * @throws Error when the request does not have a relation that the subject names
 */
export function programOf(
  { sql: { tables, views } = { tables: [], views: [] } }: Pick<ExportRequest, 'sql'>,
  { query, values }: Pick<SqlSubject, 'query' | 'values'>,
): SubjectProgram {
  const viewOf = new Map(views.map((view) => [view.id, view]));
  const known = new Set([...tables, ...views].map(({ id }) => id));
  const needed = new Set<string>();
  const waiting = Object.values(query.names);
  for (const id of waiting) {
    if (needed.has(id)) continue;
    if (!known.has(id)) throw new Error(`the request has no relation ${id}`);
    needed.add(id);
    for (const next of Object.values(viewOf.get(id)?.names ?? {})) waiting.push(next);
  }
  return {
    tables: tables.filter(({ id }) => needed.has(id)),
    views: views.filter(({ id }) => needed.has(id)),
    query,
    values,
  };
}
