import { availableParallelism } from 'node:os';
import { besideThreads, runView } from '@millrace/run';
import type { MalformedLines, RangeInputs, RunReport } from '@millrace/run';
import type { Notice, NoticeKind } from '@millrace/export';
import { fileExtension, type Format } from '@millrace/formats';
import type { CompiledView, EngineChoice, FhirVersion } from '@millrace/viewdef';
import { Option, type Command } from 'commander';
import { acceptViews } from '../accept-views.js';
import { CommandFailedError, UsageError } from '../errors.js';
import { noticeText } from '../notice-text.js';
import { COMPRESSION, LENIENT, serviceBases, wholeNumber } from '../option-values.js';
import { openProgressLine, QUIET } from '../progress-line.js';
import { say, type Terminal } from '../terminal.js';
import { readViewFiles, VIEW_FILES } from '../view-file.js';
import { openEngineHere, openPool } from './compose.js';
import { isPipe } from './input-place.js';
import { findPlaces } from './inputs.js';
import { leftExpressions } from './left-expressions.js';
import { refuseOverwriting } from './refuse-overwriting.js';
import { countRepeatedIds } from './repeated-ids.js';
import { runHere, type Reading } from './run-here.js';
import { findInputs } from './run-inputs.js';
import { shownPool } from './run-progress.js';
import { FORMATS, formatNamedBy, outputsFor } from './run-outputs.js';
import { declareServerOptions, refuseMeaningless, type ServerOptions } from './server-options.js';
import { SMALL_BYTES, bytesOf, multipliesRows, usefulThreads } from './small-run.js';

interface RunOptions extends ServerOptions {
  readonly view: readonly string[];
  readonly input?: readonly string[];
  readonly format?: Format;
  readonly out?: string;
  readonly limit?: number;
  readonly header: boolean;
  readonly compression?: 'snappy' | 'zstd';
  readonly engine: EngineChoice;
  readonly fhirVersion: FhirVersion;
  readonly baseUrl: readonly string[];
  readonly threads?: number;
  readonly resourceSeconds: number;
  readonly malformedLines: MalformedLines;
  readonly stats?: true;
  readonly repeatedIds?: true;
  readonly lenient?: true;
  readonly quiet?: true;
}

export function declareRun(command: Command, terminal: Terminal): void {
  command
    .requiredOption('--view <file|dir...>', VIEW_FILES)
    .option(
      '--input <file|dir...>',
      '(this or --server is required) NDJSON files, pipes or folders with files for each resource type, plain or gzip; - is standard input',
    )
    .addOption(
      new Option(
        '--format <format>',
        'format of the rows (default: the one that the name of --out ends with)',
      ).choices(FORMATS),
    )
    .option(
      '--out <file|dir>',
      'a file for one view, or a folder that gets {view}.{format}; a path is a folder if it exists as one, ends with /, or there are several views',
    )
    .addOption(
      new Option(
        '--engine <engine>',
        'engine that evaluates the views: the scan, generated code, or fhirpath.js for every column',
      )
        .choices(['auto', 'scan', 'codegen', 'fhirpath'])
        .default('auto'),
    )
    .option(
      '--threads <n>',
      'engine threads (default: as many as the input is worth, at most one for each processor)',
      wholeNumber(1, 256),
    )
    .option(
      '--resource-seconds <n>',
      'most seconds that the evaluation of one resource may take; 0 means no limit',
      wholeNumber(0, 1_000_000),
      10,
    )
    .option(
      '--limit <n>',
      'ends after this many rows; for one view only',
      wholeNumber(0, Number.MAX_SAFE_INTEGER),
    )
    .option('--no-header', 'CSV without a first line of column names')
    .addOption(new Option(...COMPRESSION).choices(['snappy', 'zstd']))
    .addOption(
      new Option('--fhir-version <version>', 'FHIR version of the input').choices(['R4', 'R5']).default('R4'),
    )
    .option(
      '--base-url <url...>',
      'FHIR base URLs of the input: getReferenceKey() gives keys for absolute references under these URLs only',
      serviceBases,
      [],
    )
    .option(...LENIENT)
    .addOption(
      new Option(
        '--malformed-lines <how>',
        'fail: a line that is not a resource ends the run; skip: the line is skipped and counted',
      )
        .choices(['fail', 'skip'])
        .default('fail'),
    )
    .option(
      '--stats',
      'prints one JSON line on standard error: rows, resources, bytesIn, bytesOut, seconds, engine, notices (counts of skipped data by kind)',
    )
    .option(...QUIET)
    .option('--repeated-ids', 'also counts resources whose id occurred before; implies --stats')
    .action((options: RunOptions, command: Command) => run(options, command, terminal));
  declareServerOptions(command);
}

async function run(options: RunOptions, command: Command, terminal: Terminal): Promise<void> {
  const { header, engine, fhirVersion, baseUrl: bases, threads, resourceSeconds, malformedLines } = options;
  const { signal } = terminal;
  const format = formatOf(options, command);
  const isVersionGiven = command.getOptionValueSource('fhirVersion') !== 'default';
  const handling = options.lenient ? 'lenient' : 'strict';
  const { server, input } = options;
  refuseMeaningless(command, server !== undefined);
  if (server !== undefined) {
    const { runOnServer } = await import('./run-on-server.js');
    const wanted = { ...options, server, format, handling } as const;
    return runOnServer(wanted, await readViewFiles(options.view), terminal);
  }
  if (input === undefined)
    command.error("error: required option '--input <file|dir...>' not specified, nor --server <url>");
  if (options.compression !== undefined && format !== 'parquet')
    throw new UsageError(`--compression is that of Parquet, and the format is ${format}: leave it out`);
  const files = await readViewFiles(options.view);
  const places = await findPlaces(input, fhirVersion);
  // The views are the user's own, and are compiled here before a thread compiles them.
  const limits = { resourceMs: resourceSeconds * 1000, viewMs: 0 };
  const bytes = await bytesOf(places);
  const most = threads ?? availableParallelism();
  const useful = usefulThreads(bytes, most);
  await using pool = openPool(places, threads ?? useful, limits);
  // This thread mostly does the work of one of them; where it does not, that starts when the views are compiled.
  if (bytes > SMALL_BYTES) pool.startEarly(useful - 1);
  const { views, faults, warnings } = acceptViews(files, {
    engine,
    fhirVersion,
    isVersionGiven,
    bases,
    handling,
  });
  if (faults.length > 0) throw new CommandFailedError(faults.join('\n'));
  for (const warning of warnings) say(terminal, `warning: ${warning}`);
  if (options.limit !== undefined && files.length > 1)
    throw new UsageError(`--limit is for one view, and there are ${files.length}: run them apart`);
  if (options.repeatedIds && places.some(isPipe)) {
    throw new UsageError('--repeated-ids reads the input twice, and a pipe can be read once: give a file');
  }
  const outputs = await outputsFor({ ...options, format }, views, terminal);
  const inputs = findInputs(places);
  const started = performance.now();
  const left = engine === 'auto' ? leftExpressions(views, format) : undefined;
  for (const line of left ?? []) say(terminal, line);
  // Nobody watches the time on this thread: only what is sure to end soon runs here, the scan of views without products.
  const isSure = left?.length === 0 && !views.some(({ view }) => multipliesRows(view));
  const compiled = new Map<unknown, CompiledView>(views.map((view) => [view.view, view.compiled]));
  const reading: Reading = {
    inputs,
    fhirVersion,
    // A thread that waits for a pipe can be ended; this one could not.
    pool:
      isSure && !places.some(isPipe)
        ? besideThreads(openEngineHere(places, compiled, bytes <= SMALL_BYTES), pool)
        : pool,
    malformedLines,
  };
  const types = new Set(views.map(({ compiled }) => compiled.resource));
  await refuseOverwriting(outputs.files, {
    inputs: await pathsOf(inputs, types),
    views: views.map(({ path }) => path),
  });
  // Rows that are shown on the terminal are progress enough.
  const hidesProgress = options.quiet === true || (options.out === undefined && terminal.out.isTTY === true);
  const line = openProgressLine(terminal, hidesProgress);
  const extent = { inputs, places, types: views.map(({ compiled }) => compiled.resource) };
  const shown =
    line === undefined ? reading.pool : await shownPool(reading.pool, extent, line, () => terminal.now());
  const report = await runHere(
    { ...reading, pool: shown },
    {
      views: views.map(({ view, compiled }) => runView(view, compiled)),
      format,
      header,
      ...(options.compression === 'zstd' ? { compression: 'zstd' as const } : {}),
      engine,
      bases,
      ...(options.limit === undefined ? {} : { mostRows: options.limit }),
    },
    outputs.open,
    signal,
  ).finally(() => line?.clear());
  const names = views.map(({ name }) => name);
  for (const notice of report.notices) {
    // Nobody looked for rows that were not asked for.
    if (notice.kind === 'no-rows' && options.limit === 0) continue;
    say(terminal, `warning: ${noticeText(notice, names)}`);
  }
  const stats = statsOf(report, (performance.now() - started) / 1000);
  if (options.repeatedIds) {
    const repeatedIds = await countRepeatedIds(types, reading, signal);
    say(terminal, JSON.stringify({ ...stats, repeatedIds }));
  } else if (options.stats) {
    say(terminal, JSON.stringify(stats));
  }
}

/** @throws a usage fault where neither says it */
function formatOf({ format, out }: Pick<RunOptions, 'format' | 'out'>, command: Command): Format {
  const found = format ?? (out === undefined ? undefined : formatNamedBy(out));
  if (found !== undefined) return found;
  const name = FORMATS.map((one) => `.${fileExtension(one)}`).join(', ');
  command.error(
    `error: the format is not known: give --format, or --out with a name that ends with one of ${name}`,
  );
}

async function pathsOf(inputs: RangeInputs, resourceTypes: Iterable<string>): Promise<readonly string[]> {
  const paths = new Set<string>();
  for (const type of resourceTypes) for (const { name } of await inputs.of(type)) paths.add(name);
  return [...paths];
}

/** `--stats` prints these lines, in this order. */
function statsOf({ rows, resources, bytesIn, bytesOut, engines, notices }: RunReport, seconds: number) {
  return {
    rows,
    resources,
    bytesIn,
    bytesOut,
    seconds,
    engine: engines.join(', '),
    notices: countsOf(notices),
  };
}

/**
 * How many files, resources and lines were not read, by kind of notice. Kinds without a notice are left out.
 */
function countsOf(notices: readonly Notice[]): Readonly<Partial<Record<NoticeKind, number>>> {
  const counts: Partial<Record<NoticeKind, number>> = {};
  for (const { kind, count = 1 } of notices) counts[kind] = (counts[kind] ?? 0) + count;
  return counts;
}
