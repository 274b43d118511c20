import { mkdir, stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { MalformedLines } from '@millrace/run';
import type { Notice } from '@millrace/export';
import { fileExtension, type Format } from '@millrace/formats';
import type { EngineChoice, FhirVersion } from '@millrace/viewdef';
import { Option, type Command } from 'commander';
import { acceptViews } from '../accept-views.js';
import { CommandFailedError, UsageError } from '../errors.js';
import { noticeText } from '../notice-text.js';
import { LENIENT, serviceBases, wholeNumber } from '../option-values.js';
import { say, type Terminal } from '../terminal.js';
import { readViewFiles, type ViewFile } from '../view-file.js';
import { isPipe } from './input-place.js';
import { findPlaces } from './inputs.js';
import { countRepeatedIds } from './repeated-ids.js';
import { fileOutput, streamOutput } from './row-output.js';
import { runViews, type RunOutlets } from './run-views.js';

interface RunOptions {
  readonly view: readonly string[];
  readonly input: readonly string[];
  readonly format: Format;
  readonly out?: string;
  readonly header: boolean;
  readonly engine: EngineChoice;
  readonly fhirVersion: FhirVersion;
  readonly baseUrl: readonly string[];
  readonly threads: number;
  readonly resourceSeconds: number;
  readonly malformedLines: MalformedLines;
  readonly stats?: true;
  readonly repeatedIds?: true;
  readonly lenient?: true;
}

const FORMATS = ['csv', 'ndjson', 'json', 'parquet'] as const;

export function addRun(root: Command, terminal: Terminal): void {
  root
    .command('run')
    .description('evaluates views over NDJSON without a server; rows go to standard output or to files')
    .requiredOption('--view <file...>', 'ViewDefinitions as JSON files')
    .requiredOption(
      '--input <file|dir...>',
      'NDJSON files, pipes or folders of files by resource type, plain or gzip; - is standard input',
    )
    .addOption(new Option('--format <format>', 'format of the rows').choices(FORMATS).makeOptionMandatory())
    .option(
      '--out <file|dir>',
      'a file for one view, or a folder for {view}.{format}: one that exists, or that ends with /, or for several views any',
    )
    .addOption(
      new Option(
        '--engine <engine>',
        'what evaluates: the scan, generated code, or fhirpath.js for every column',
      )
        .choices(['auto', 'scan', 'codegen', 'fhirpath'])
        .default('auto'),
    )
    .option('--threads <n>', 'engine threads', wholeNumber(1, 256), availableParallelism())
    .option(
      '--resource-seconds <n>',
      'how long the evaluation of one resource may take; 0 is no limit',
      wholeNumber(0, 1_000_000),
      10,
    )
    .option('--no-header', 'CSV without a first line of column names')
    .addOption(
      new Option('--fhir-version <version>', 'FHIR version of the input').choices(['R4', 'R5']).default('R4'),
    )
    .option(
      '--base-url <url...>',
      'FHIR base URLs of the input: absolute references have keys under these only',
      serviceBases,
      [],
    )
    .option(...LENIENT)
    .addOption(
      new Option(
        '--malformed-lines <how>',
        'whether a line that is no resource fails the run, or is skipped and counted',
      )
        .choices(['fail', 'skip'])
        .default('fail'),
    )
    .option(
      '--stats',
      'one JSON line on standard error: rows, resources, bytesIn, bytesOut, seconds, engine, notices (what was not read, by kind)',
    )
    .option('--repeated-ids', 'also counts resources whose id came before; implies --stats')
    .action((options: RunOptions, command: Command) => run(options, command, terminal));
}

async function run(options: RunOptions, command: Command, terminal: Terminal): Promise<void> {
  const {
    format,
    header,
    engine,
    fhirVersion,
    baseUrl: bases,
    threads,
    resourceSeconds,
    malformedLines,
  } = options;
  const { signal } = terminal;
  const isVersionGiven = command.getOptionValueSource('fhirVersion') !== 'default';
  const handling = options.lenient ? 'lenient' : 'strict';
  const files = await readViewFiles(options.view);
  const { views, faults, warnings } = acceptViews(files, {
    engine,
    fhirVersion,
    isVersionGiven,
    bases,
    handling,
  });
  if (faults.length > 0) throw new CommandFailedError(faults.join('\n'));
  for (const warning of warnings) say(terminal, `warning: ${warning}`);
  const places = await findPlaces(options.input, fhirVersion);
  if (options.repeatedIds && places.some(isPipe)) {
    throw new UsageError('--repeated-ids reads the input twice, and a pipe can be read once: give a file');
  }
  const outlets = {
    ...(await outputsFor(options, views, terminal)),
    onLeft: (line: string) => say(terminal, line),
    onNotice: (notice: Notice) =>
      say(
        terminal,
        `warning: ${noticeText(
          notice,
          views.map(({ name }) => name),
        )}`,
      ),
  };
  const reading = { places, fhirVersion, threads, resourceSeconds, malformedLines };
  const stats = await runViews({ ...reading, views, format, header, engine, bases }, outlets, signal);
  if (options.repeatedIds) {
    const types = views.map(({ compiled }) => compiled.resource);
    const repeatedIds = await countRepeatedIds(types, reading, signal);
    say(terminal, JSON.stringify({ ...stats, repeatedIds }));
  } else if (options.stats) {
    say(terminal, JSON.stringify(stats));
  }
}

async function outputsFor(
  { out, format }: RunOptions,
  views: readonly ViewFile[],
  terminal: Terminal,
): Promise<Pick<RunOutlets, 'openOutput' | 'files'>> {
  if (out === undefined) {
    if (views.length > 1)
      throw new UsageError(`${views.length} views cannot share standard output: give --out DIR`);
    const files = 'fd' in terminal.out && typeof terminal.out.fd === 'number' ? [terminal.out.fd] : [];
    return { openOutput: () => Promise.resolve(streamOutput(terminal.out)), files };
  }
  const isFolder = /[\\/]$/.test(out) || (await isExistingFolder(out));
  const namedFormat = formatNamedBy(out);
  if (!isFolder && views.length === 1) {
    if (namedFormat !== undefined && namedFormat !== format)
      say(terminal, `warning: ${out} is written as ${format}, whatever its name says`);
    return { openOutput: () => fileOutput(out), files: [out] };
  }
  if (!isFolder && namedFormat !== undefined)
    throw new UsageError(`${views.length} views cannot share the file ${out}: give a folder`);
  await makeFolder(out);
  const pathOf = ({ name }: ViewFile): string => join(out, `${plainName(name)}.${fileExtension(format)}`);
  return { openOutput: (view) => fileOutput(pathOf(view)), files: views.map(pathOf) };
}

/** The format that the name of a file ends with. */
function formatNamedBy(path: string): Format | undefined {
  return FORMATS.find((format) => path.toLowerCase().endsWith(`.${fileExtension(format)}`));
}

async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new UsageError(`${path} cannot be made a folder: ${reason}`, { cause: error });
  }
}

async function isExistingFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}

function plainName(name: string): string {
  if (/^[^./\\][^/\\]*$/.test(name)) return name;
  throw new UsageError(
    `view name ${JSON.stringify(name)} cannot be a file name: it takes no / and no leading dot`,
  );
}
