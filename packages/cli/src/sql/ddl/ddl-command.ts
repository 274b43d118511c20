import { writeFile } from 'node:fs/promises';
import { Option, type Command } from 'commander';
import { CommandFailedError, UsageError, reasonOf } from '../../errors.js';
import { LENIENT } from '../../option-values.js';
import { print, say, type Terminal } from '../../terminal.js';
import { readViewFiles, VIEW_FILES } from '../../view-file.js';
import { DIALECTS } from './dialects.js';
import { filePlace } from './file-place.js';
import { mixedFiles } from './mixed-files.js';
import type { LoadedFormat, LoadedTable } from './loaded-table.js';
import { nameFault } from './name-fault.js';
import { tablesOf } from './tables-of.js';

const FORMATS: readonly LoadedFormat[] = ['parquet', 'csv', 'ndjson'];

interface DdlOptions {
  readonly dialect: string;
  readonly format?: LoadedFormat;
  readonly location: string;
  readonly schema?: string;
  readonly lenient?: true;
  readonly out?: string;
}

const FILES = `
The files are those that "millrace export --out" and "millrace run --out" write: NAME.part1.FORMAT, NAME.part2.FORMAT and so on, or
NAME.FORMAT, with a line of column names in CSV. Where the result tells partitions, they are in folders NAME/COLUMN=VALUE.`;

export function declareDdl(command: Command, terminal: Terminal): void {
  command
    .command('ddl')
    .description('prints statements that make tables and load the files of an export into them')
    .argument(
      '<file...>',
      `the result of an export as JSON, with the types of its columns; or the views of it: ${VIEW_FILES}`,
    )
    .addOption(
      new Option('--dialect <name>', 'engine that loads them; dbt is a file of sources')
        .choices(Object.keys(DIALECTS))
        .makeOptionMandatory(),
    )
    .addOption(
      new Option(
        '--format <format>',
        'format of the files (default: that of the result, or parquet)',
      ).choices(FORMATS),
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
  { dialect: name, format: asked, location, schema, lenient, out }: DdlOptions,
  terminal: Terminal,
): Promise<void> {
  // Its choices are those of the option.
  const dialect = DIALECTS[name] as (typeof DIALECTS)[string];
  const tables: LoadedTable[] = [];
  for (const file of await readViewFiles(paths)) {
    const told = tablesOf(file, lenient ? 'lenient' : 'strict');
    for (const warning of told.warnings) say(terminal, `warning: ${warning}`);
    for (const table of told.tables) {
      const format = asked ?? knownFormat(table.format);
      if (!dialect.formats.includes(format)) throw new UsageError(dialect.instead);
      if (table.partitionBy !== undefined && dialect.loadsPartitions !== true)
        throw new UsageError(
          `${table.name} is partitioned by ${table.partitionBy}, which only the dialect duckdb loads: export it without --partition-by`,
        );
      tables.push({ ...table, format, ...(await filePlace(location, table.name, format)) });
    }
  }
  const refusals = tables
    .flatMap((table) => [
      nameFault(table, dialect),
      mixedFiles(table, tables, dialect),
      dialect.refusal?.(table),
    ])
    .filter((reason) => reason !== undefined);
  if (refusals.length > 0) throw new UsageError([...new Set(refusals)].join('\n'));
  const text = dialect.text(tables, { schema });
  if (out === undefined) return print(terminal, text.trimEnd());
  await writeFile(out, text).catch((error: unknown) => {
    throw new CommandFailedError(`${out} cannot be written: ${reasonOf(error)}`, { cause: error });
  });
  print(terminal, out);
}

/** @throws UsageError for a result in another format */
function knownFormat(told = 'parquet'): LoadedFormat {
  const format = FORMATS.find((one) => one === told);
  if (format === undefined)
    throw new UsageError(`the result has ${told}, which no engine loads: export as ${FORMATS.join(', ')}`);
  return format;
}
