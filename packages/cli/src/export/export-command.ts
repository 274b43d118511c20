import type { BulkLevel } from '@millrace/client';
import { Option, type Command } from 'commander';
import { UsageError } from '../errors.js';
import { commaList, httpUrl, instant, LENIENT, wholeNumber } from '../option-values.js';
import type { Terminal } from '../terminal.js';
import { bulkLevel } from './bulk-level.js';
import { exportResources } from './export-resources.js';
import { exportViews } from './export-views.js';
import { EXPORT_FORMATS, type ExportFormat } from './run-export.js';

interface ExportOptions {
  readonly server: string;
  readonly view?: readonly string[];
  readonly bulk?: BulkLevel;
  readonly format?: ExportFormat;
  readonly out: string;
  readonly source?: string;
  readonly header: boolean;
  readonly parallel: number;
  readonly lenient?: true;
  readonly since?: string;
  readonly until?: string;
  readonly type?: readonly string[];
  readonly elements?: readonly string[];
  readonly typeFilter?: readonly string[];
  readonly allowPartialManifests?: true;
}

export function declareExport(command: Command, terminal: Terminal): void {
  command
    .requiredOption('--server <url>', 'FHIR base URL of the server', httpUrl)
    .requiredOption('--out <dir>', 'where the files go: {output}.part{n}.{format}, or {Type}.{nnn}.ndjson')
    .option('--source <name>', 'name of a source that the server has')
    .option('--parallel <n>', 'number of downloads at a time', wholeNumber(1, 64), 4)
    .option(LENIENT[0], `${LENIENT[1]}; with --bulk, parameters that the server does not know`)
    .optionsGroup('Views:')
    .option('--view <file...>', 'ViewDefinitions as JSON files; each becomes one output')
    .addOption(new Option('--format <format>', 'format of the files').choices(EXPORT_FORMATS))
    .option('--no-header', 'CSV without a first line of column names')
    .optionsGroup('Resources, from any server with FHIR Bulk Data Access:')
    .option(
      '--bulk <level>',
      'system, patient or group/ID; the same command in the same folder goes on after a crash. MILLRACE_TOKEN may have a bearer token',
      bulkLevel,
    )
    .option('--since <instant>', 'only resources that changed later', instant)
    .option('--until <instant>', 'only resources that changed earlier', instant)
    .option('--type <types>', 'only these types, such as Patient,Observation; may be repeated', commaList)
    .option(
      '--elements <elements>',
      'only these elements, such as id,Patient.name; may be repeated',
      commaList,
    )
    .option(
      '--type-filter <search...>',
      'only resources that a search finds, such as Observation?category=laboratory',
    )
    .option('--allow-partial-manifests', 'downloads files while the server still makes others')
    .action((options: ExportOptions) => runExportCommand(options, terminal));
}

async function runExportCommand(options: ExportOptions, terminal: Terminal): Promise<void> {
  const { bulk, view, format, lenient, ...others } = options;
  const handling = lenient ? 'lenient' : undefined;
  if (bulk !== undefined) {
    refuse('--bulk exports whole resources as NDJSON', {
      '--view': view !== undefined,
      '--format': format !== undefined && format !== 'ndjson',
      '--no-header': !options.header,
    });
    await exportResources({ ...others, level: bulk, handling }, terminal);
    return;
  }
  if (view === undefined)
    throw new UsageError('give --view for tables, or --bulk for whole resources; --help explains both');
  refuse('--view exports tables', {
    '--since': options.since !== undefined,
    '--until': options.until !== undefined,
    '--type': options.type !== undefined,
    '--elements': options.elements !== undefined,
    '--type-filter': options.typeFilter !== undefined,
    '--allow-partial-manifests': options.allowPartialManifests === true,
  });
  if (format === undefined) throw new UsageError("required option '--format <format>' not specified");
  await exportViews({ ...others, view, format, handling }, terminal);
}

/** @throws UsageError that names the options that have no meaning here */
function refuse(does: string, given: Readonly<Record<string, boolean>>): void {
  const names = Object.keys(given).filter((name) => given[name]);
  if (names.length > 0) throw new UsageError(`${does}, which leaves no meaning to ${names.join(', ')}`);
}
