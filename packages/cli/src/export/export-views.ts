import { otherParts } from '@millrace/client';
import { UsageError } from '../errors.js';
import { credentialsFor, type Login } from '../login.js';
import { print, say, type Terminal } from '../terminal.js';
import { isSqlPath, withSqlOfFolders } from '../sql/kinds-of-files.js';
import { chooseContext } from '../sql/needed-context.js';
import { readSqlFile, readSqlFiles } from '../sql/sql-file.js';
import { parametersOf, refuseUnknownValues } from '../sql/sql-values.js';
import type { NamedValue } from '../sql/sql-values.js';
import { readViewFiles, type ViewFile } from '../view-file.js';
import { progressDisplay } from './progress-display.js';
import { refusedViews } from './refused-views.js';
import { runExport, type ExportFormat, type FinishedExport } from './run-export.js';

export async function exportViews(
  options: {
    readonly server: string;
    readonly view: readonly string[];
    readonly sql: readonly string[];
    readonly context: readonly string[];
    readonly param: readonly NamedValue[];
    readonly format: ExportFormat;
    readonly out: string;
    readonly source?: string;
    readonly since?: string;
    readonly patient?: readonly string[];
    readonly group?: readonly string[];
    readonly header: boolean;
    readonly compression?: 'snappy' | 'zstd' | 'gzip';
    readonly onMismatch?: 'fail' | 'null';
    readonly partitionBy?: string;
    readonly tableFormat?: 'delta';
    readonly destination?: string;
    readonly partBytes?: number;
    readonly partRows?: number;
    readonly parallel: number;
    readonly handling: 'lenient' | undefined;
    readonly quiet?: true;
    readonly login: Login;
  },
  terminal: Terminal,
): Promise<void> {
  const {
    server,
    format,
    header,
    compression,
    onMismatch,
    partitionBy,
    tableFormat,
    destination,
    source,
    since,
    patient,
    group,
    parallel,
    handling,
    out,
  } = options;
  const credentials = await credentialsFor(server, options.login, terminal);
  const queries = await readSqlFiles(options.sql);
  for (const warning of queries.flatMap((query) => query.warnings)) say(terminal, `warning: ${warning}`);
  refuseUnknownValues(queries, options.param);
  const views: readonly ViewFile[] = [...(await readViewFiles(options.view)), ...queries];
  refuseEqualNames(views);
  const { needed: context, unneeded } = chooseContext(queries, await readContextFiles(options.context));
  if (unneeded.length > 0)
    say(terminal, `not sent, because no SQL depends on it: ${unneeded.map(({ path }) => path).join(', ')}`);
  const done = await runExport(
    {
      server,
      subjects: views.map((file) => {
        const { name, view } = file;
        return { name, resource: view, parameters: parametersOf(file, options.param) };
      }),
      context: context.map(({ view }) => view),
      format,
      header,
      compression,
      onMismatch,
      partitionBy,
      tableFormat,
      destination,
      partBytes: options.partBytes,
      partRows: options.partRows,
      source,
      since,
      patients: patient,
      groups: group,
      folder: out,
      parallel,
      handling,
      credentials,
    },
    progressDisplay(terminal, options.quiet),
    terminal.signal,
  ).catch((error: unknown) => {
    throw refusedViews(error, views, context);
  });
  await tellTables(done, out, terminal);
}

/** Views and SQLViews that SQL depends on. An SQL file is an SQLView here. */
async function readContextFiles(paths: readonly string[]): Promise<readonly ViewFile[]> {
  const read = await Promise.all(
    (await withSqlOfFolders(paths)).map((path) =>
      isSqlPath(path) ? readSqlFile(path, 'view').then((file) => [file]) : readViewFiles([path]),
    ),
  );
  return read.flat();
}

function refuseEqualNames(files: readonly ViewFile[]): void {
  const byName = new Map<string, ViewFile>();
  for (const file of files) {
    const other = byName.get(file.name);
    if (other) throw new UsageError(`${other.path} and ${file.path} are both named ${file.name}: rename one`);
    byName.set(file.name, file);
  }
}

/** Prints the path of each file, and warns of files in the folder that are not of this export. */
export async function tellTables(
  { manifest, files }: FinishedExport,
  out: string,
  terminal: Terminal,
): Promise<void> {
  for (const { path } of files) print(terminal, path);
  const others = await otherParts(out, files);
  if (others.length > 0) {
    const [are, them] = others.length === 1 ? ['1 file is', 'it'] : [`${others.length} files are`, 'them'];
    const names = others.slice(0, 10).join(', ');
    say(
      terminal,
      `warning: ${are} named like a part of these outputs but left from another export; remove ${them} before you read the folder: ${names}`,
    );
  }
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  say(terminal, `${manifest.outputs.length} output(s), ${files.length} file(s), ${bytes} bytes in ${out}`);
}
