import type { SqlColumn, SqlFormat, SqlProgram } from '../sql-engine.js';
import type { Session } from './session.js';
import { createStatements, createTables, lock } from './session.js';
import { hasForm } from './expressions.js';
import { outputType, sqlNameOf } from './output-type.js';
import type { OutputField } from './output-type.js';
import type { ReadyStatement } from './prepare-statement.js';
import { prepareRelation } from './relation.js';

/**
 * The columns of a program by its text alone, in a session without files.
 *
 * @throws SqlFault
 */
export async function analyse(
  { connection }: Session,
  program: SqlProgram,
  format: SqlFormat | undefined,
): Promise<readonly SqlColumn[]> {
  await createTables(connection, program.tables);
  await lock(connection, { files: [], folders: [] });
  const statement = await createStatements(connection, program);
  const fields = fieldsOf(statement, format);
  await prepareRelation(connection, statement, fields);
  return fields.map(({ name, type }) => ({ name, type: sqlNameOf(type) }));
}

/**
 * The columns of a result with their types of output.
 *
 * @throws SqlFault when two have one name, or one has no form in the format
 */
export function fieldsOf(statement: ReadyStatement, format: SqlFormat | undefined): readonly OutputField[] {
  const seen = new Set<string>();
  return statement.columns.map(({ name, type: given }): OutputField => {
    const title = JSON.stringify(name.slice(0, 200));
    // Case counts for nothing where other engines read the file.
    if (seen.has(name.toLowerCase())) {
      throw statement.fault(
        'type',
        `two columns have the name ${title}; expected a name of its own for each (AS)`,
      );
    }
    seen.add(name.toLowerCase());
    const type = outputType(given);
    if (type === undefined || !hasForm(type, format ?? 'ndjson')) {
      const where = format === 'fhir' ? 'the format fhir' : 'a file';
      throw statement.fault(
        'type',
        `the column ${title} has the type ${String(given).slice(0, 200)}, which has no form in ${where}; expected a cast to another type`,
      );
    }
    return { name, type };
  });
}
