import { parse } from 'node:path';
import { buildLibrary, chooseSql, libraryKindOf, readLibrary } from '@millrace/sqlquery';
import type { BuiltLibrary } from '@millrace/sqlquery';
import { CommandFailedError, UsageError } from '../errors.js';
import { harmlessName } from '../terminal.js';
import { placeInFile, readText, readViewFiles } from '../view-file.js';
import type { ViewFile } from '../view-file.js';
import { isSqlPath, withSqlOfFolders } from './kinds-of-files.js';

/** The files that options with SQL take. */
export const SQL_FILES =
  'SQLQuery or SQLView Libraries as JSON or YAML files, or SQL files with annotations (see "millrace sql build --help"), or folders of them';

/** An SQL file and the Library that was made of it. */
export interface SqlFile extends ViewFile {
  /** A line for each: file, line, what is doubtful. */
  readonly warnings: readonly string[];
}

/**
 * Makes a Library of an SQL file.
 *
 * @throws UsageError when it cannot be read, CommandFailedError with a line for each fault
 */
export async function readSqlFile(path: string, kind: 'query' | 'view'): Promise<SqlFile> {
  const sql = await readText(path, 'SQL file');
  const built = buildLibrary(sql, parse(path).name, kind);
  const lineOf = ({ line, diagnostics }: BuiltLibrary['faults'][number]): string =>
    harmlessName(`${path}${line === undefined ? '' : `:${line}`}: ${diagnostics}`);
  if (built.faults.length > 0) throw new CommandFailedError(built.faults.map(lineOf).join('\n'));
  const { library } = built;
  return { path, name: String(library['name']), view: library, warnings: built.warnings.map(lineOf) };
}

/**
 * The Libraries that a command is given, in any form.
 *
 * @throws UsageError, CommandFailedError
 */
export async function readSqlFiles(paths: readonly string[]): Promise<readonly SqlFile[]> {
  const files: SqlFile[] = [];
  for (const path of await withSqlOfFolders(paths)) {
    if (isSqlPath(path)) {
      files.push(await readSqlFile(path, 'query'));
      continue;
    }
    for (const file of await readViewFiles([path])) {
      if (libraryKindOf(asResource(file)) === undefined)
        throw new UsageError(
          `${file.path} is no Library with SQL: expected one of the type sql-query or sql-view`,
        );
      files.push({ ...file, warnings: [] });
    }
  }
  return files;
}

/** A line for each fault of a Library with SQL: file, element, reason. The SQL itself is not looked at. */
export function libraryFaults(file: ViewFile): readonly string[] {
  const library = asResource(file);
  const kind = libraryKindOf(library);
  if (kind === undefined)
    return [`${placeInFile(file, 'Library.type')}: Library.type: expected sql-query or sql-view`];
  const read = readLibrary(library, kind);
  const chosen = read.kind === 'library' ? chooseSql(read.library) : undefined;
  const faults =
    read.kind === 'faulty' ? read.faults : chosen === undefined || 'sql' in chosen ? [] : [chosen];
  return faults.map(({ expression, diagnostics }) =>
    harmlessName(`${placeInFile(file, expression)}: ${expression}: ${diagnostics}`),
  );
}

function asResource({ view }: ViewFile) {
  return { ...view, resourceType: String(view['resourceType']) };
}
