import { writeFile } from 'node:fs/promises';
import { columnSqlType } from '@millrace/formats';
import { repeatedColumn } from '@millrace/sqlquery';
import type { ViewColumn } from '@millrace/viewdef';
import { Option, type Command } from 'commander';
import { acceptViews } from '../../accept-views.js';
import { CommandFailedError, UsageError, reasonOf } from '../../errors.js';
import { LENIENT } from '../../option-values.js';
import { print, say, type Terminal } from '../../terminal.js';
import { readViewFiles, VIEW_FILES } from '../../view-file.js';
import { versionOf } from '../../view-version.js';
import { DIALECTS } from './dialects.js';
import { filePlace } from './file-place.js';
import type { LoadedColumn, LoadedFormat, LoadedTable } from './loaded-table.js';

interface DdlOptions {
  readonly dialect: string;
  readonly format: LoadedFormat;
  readonly location: string;
  readonly schema?: string;
  readonly lenient?: true;
  readonly out?: string;
}

const FILES = `
The files are those that "millrace export --out" and "millrace run --out" write: NAME.part1.FORMAT, NAME.part2.FORMAT and so on, or
NAME.FORMAT, with a line of column names in CSV.`;

export function declareDdl(command: Command, terminal: Terminal): void {
  command
    .command('ddl')
    .description('prints statements that make tables and load the files of an export into them')
    .argument('<file...>', `${VIEW_FILES}, of which the export was made`)
    .addOption(
      new Option('--dialect <name>', 'engine that loads them; dbt is a file of sources')
        .choices(Object.keys(DIALECTS))
        .makeOptionMandatory(),
    )
    .addOption(
      new Option('--format <format>', 'format of the files')
        .choices(['parquet', 'csv', 'ndjson'])
        .default('parquet'),
    )
    .option(
      '--location <where>',
      'folder, bucket prefix or stage with the files; {name} stands for the name of a table where each has its own',
      '.',
    )
    .option('--schema <name>', 'schema of the tables, such as fhir or catalog.fhir')
    .option(...LENIENT)
    .option('--out <file>', 'where the text goes (default: standard output)')
    .addHelpText('after', FILES)
    .action((paths: string[], options: DdlOptions) => printDdl(paths, options, terminal));
}

async function printDdl(
  paths: readonly string[],
  { dialect: name, format, location, schema, lenient, out }: DdlOptions,
  terminal: Terminal,
): Promise<void> {
  // Its choices are those of the option.
  const dialect = DIALECTS[name] as (typeof DIALECTS)[string];
  if (!dialect.formats.includes(format)) throw new UsageError(dialect.instead);
  const tables: LoadedTable[] = [];
  for (const file of await readViewFiles(paths)) {
    const { views, faults, warnings } = acceptViews([file], {
      engine: 'auto',
      fhirVersion: versionOf(file),
      isVersionGiven: false,
      bases: [],
      handling: lenient ? 'lenient' : 'strict',
    });
    if (faults.length > 0) throw new CommandFailedError(faults.join('\n'));
    for (const warning of warnings) say(terminal, `warning: ${warning}`);
    for (const view of views) {
      const columns = view.compiled.columns.map(loadedColumn);
      const repeated = repeatedColumn(columns);
      if (repeated !== undefined)
        throw new CommandFailedError(
          `${view.path}: SQL cannot tell the columns ${repeated.join(' and ')} apart, because case counts for nothing in it`,
        );
      const place = await filePlace(location, view.name, format);
      tables.push({ name: view.name, columns, format, ...place });
    }
  }
  const refusals = tables.map((table) => dialect.refusal?.(table)).filter((reason) => reason !== undefined);
  if (refusals.length > 0) throw new UsageError([...new Set(refusals)].join('\n'));
  const text = dialect.text(tables, { schema });
  if (out === undefined) return print(terminal, text.trimEnd());
  await writeFile(out, text).catch((error: unknown) => {
    throw new CommandFailedError(`${out} cannot be written: ${reasonOf(error)}`, { cause: error });
  });
  print(terminal, out);
}

function loadedColumn(column: ViewColumn): LoadedColumn {
  return { name: column.name, type: columnSqlType(column), isList: column.collection };
}
