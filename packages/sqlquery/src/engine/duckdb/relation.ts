import type { DuckDBConnection } from '@duckdb/node-api';
import type { OutputField } from './output-type.js';
import type { ReadyStatement } from './prepare-statement.js';
import { readPrepareError } from './read-error.js';

/** A statement as a relation. */
export interface Relation {
  /** In front of the statement. */
  readonly head: string;
  readonly text: string;
}

/** The name of ours for a column of a relation. */
export const columnAt = (index: number): string => `c${index}`;

/** The statement as a relation whose columns have names of ours. */
export function relation(
  { sql }: ReadyStatement,
  fields: readonly OutputField[],
  rows: number | undefined,
): Relation {
  const head = '(FROM (\n';
  const names = fields.map((_, at) => columnAt(at)).join(', ');
  const limit = rows === undefined ? '' : ` LIMIT ${Math.trunc(rows)}`;
  return { head, text: `${head}${sql}\n) AS result(${names})${limit})` };
}

/**
 * Prepares a statement as a run has it: what stands alone may not stand between brackets.
 *
 * @throws SqlFault
 */
export async function prepareRelation(
  connection: DuckDBConnection,
  statement: ReadyStatement,
  fields: readonly OutputField[],
): Promise<void> {
  const head = 'SELECT * FROM ';
  const from = relation(statement, fields, undefined);
  try {
    const prepared = await connection.prepare(head + from.text);
    prepared.destroySync();
  } catch (error) {
    throw statement.told(readPrepareError(error), Buffer.byteLength(head + from.head));
  }
}
