import type { BulkLevel } from '@millrace/client';
import { Option, type Command } from 'commander';
import { UsageError } from '../errors.js';
import {
  EXPORT_COMPRESSION,
  commaList,
  httpUrl,
  instant,
  LENIENT,
  ON_MISMATCH,
  DESTINATION,
  PARTITION_BY,
  TABLE_FORMAT,
  resourceIds,
  wholeNumber,
} from '../option-values.js';
import { QUIET } from '../progress-line.js';
import type { Terminal } from '../terminal.js';
import { SQL_FILES } from '../sql/sql-file.js';
import { namedValue, type NamedValue } from '../sql/sql-values.js';
import { VIEW_FILES } from '../view-file.js';
import { bulkLevel } from './bulk-level.js';
import { exportResources } from './export-resources.js';
import { exportViews } from './export-views.js';
import { EXPORT_FORMATS, type ExportFormat } from './run-export.js';

interface ExportOptions {
  readonly server: string;
  readonly view?: readonly string[];
  readonly sql?: readonly string[];
  readonly context?: readonly string[];
  readonly param?: readonly NamedValue[];
  readonly bulk?: BulkLevel;
  readonly format?: ExportFormat;
  readonly out: string;
  readonly source?: string;
  readonly header: boolean;
  readonly compression?: 'snappy' | 'zstd' | 'gzip';
  readonly onMismatch?: 'fail' | 'null';
  readonly partitionBy?: string;
  readonly tableFormat?: 'delta';
  readonly destination?: string;
  readonly partBytes?: number;
  readonly partRows?: number;
  readonly parallel: number;
  readonly lenient?: true;
  readonly quiet?: true;
  readonly since?: string;
  readonly patient?: readonly string[];
  readonly group?: readonly string[];
  readonly until?: string;
  readonly type?: readonly string[];
  readonly elements?: readonly string[];
  readonly typeFilter?: readonly string[];
  readonly includeAssociatedData?: readonly string[];
  readonly allowPartialManifests?: true;
  readonly organizeOutputBy?: string;
  readonly v4?: true;
  readonly tokenOrigin?: readonly string[];
  readonly clientId?: string;
  readonly key?: string;
  readonly scope?: string;
  readonly tokenUrl?: string;
}

const LOGIN_GROUP = 'Login (MILLRACE_TOKEN may have a bearer token in place of it):';

/** The option of commands that download whole resources with a token. */
export const TOKEN_ORIGIN = [
  '--token-origin <url>',
  'sends the token of MILLRACE_TOKEN to this place too, such as a server of files; may be repeated',
] as const;

export function declareExport(command: Command, terminal: Terminal): void {
  command
    .requiredOption('--server <url>', 'FHIR base URL of the server', httpUrl)
    .requiredOption('--out <dir>', 'where the files go: {output}.part{n}.{format}, or {Type}.{nnn}.ndjson')
    .option('--source <name>', 'name of a source that the server has')
    .option('--since <instant>', 'only resources that changed later', instant)
    .option('--patient <id>', 'only what belongs to this patient; may be repeated', resourceIds('Patient'))
    .option('--parallel <n>', 'number of downloads at a time', wholeNumber(1, 64), 4)
    .option(...QUIET)
    .option(LENIENT[0], `${LENIENT[1]}; with --bulk, parameters that the server does not know`)
    .optionsGroup(LOGIN_GROUP)
    .option(
      '--client-id <id>',
      'logs in by SMART Backend Services, under this id; MILLRACE_CLIENT_ID may have it',
    )
    .option(
      '--key <file>',
      'its private key: a JWK with kid, or a JWKS with one key; MILLRACE_KEY_FILE may name it',
    )
    .option('--scope <scopes>', 'scopes that it asks for, by default system/*.rs')
    .option('--token-url <url>', 'token endpoint, if the server names none', httpUrl)
    .optionsGroup('Views and SQL:')
    .option(
      '--view <file|dir...>',
      `(this, --sql or --bulk is required) ${VIEW_FILES}; each becomes one output`,
    )
    .option('--sql <file|dir...>', `${SQL_FILES}; each becomes one output`)
    .option(
      '--context <file|dir...>',
      'views and SQLViews that the SQL depends on and the server does not store, in the same forms',
    )
    .option('--param <name=value>', 'value of a parameter of the SQL; may be repeated', namedValue)
    .addOption(
      new Option('--format <format>', '(required with --view and --sql) format of the files').choices(
        EXPORT_FORMATS,
      ),
    )
    .option('--no-header', 'CSV without a first line of column names')
    .addOption(new Option(...EXPORT_COMPRESSION).choices(['snappy', 'zstd', 'gzip']))
    .addOption(new Option(...ON_MISMATCH).choices(['fail', 'null']))
    .option(...PARTITION_BY)
    .addOption(new Option(...TABLE_FORMAT).choices(['delta']))
    .option(...DESTINATION)
    .option(
      '--part-bytes <n>',
      'files end soon after they have this many bytes of content, in place of the number of the server',
      wholeNumber(1 << 20, 2 ** 31 - 1),
    )
    .option('--part-rows <n>', 'the same for rows of views', wholeNumber(1000, 10 ** 9))
    .option(
      '--group <id>',
      'only what belongs to patients who are members of this group; may be repeated',
      resourceIds('Group'),
    )
    .optionsGroup('Resources, from any server with FHIR Bulk Data Access:')
    .option(
      '--bulk <level>',
      '(this, --view or --sql is required) system, patient or group/ID; the same command in the same folder goes on after a crash. MILLRACE_TOKEN may have a bearer token',
      bulkLevel,
    )
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
    .option(
      '--include-associated-data <codes>',
      'also resources that belong to the others, such as LatestProvenanceResources; may be repeated',
      commaList,
    )
    .option('--allow-partial-manifests', 'downloads files while the server still makes others')
    .option(
      '--organize-output-by <type>',
      'files of blocks: behind a header with a patient, all resources of this patient; the type is Patient',
    )
    .option('--v4', 'asks by version 4 of the guide')
    .option(...TOKEN_ORIGIN, httpUrls)
    .addHelpText(
      'after',
      '  millrace export --server http://127.0.0.1:8080/fhir --bulk system --type Patient,Observation --out ./resources',
    )
    .action((options: ExportOptions, command: Command) => runExportCommand(options, command, terminal));
}

/** Parser of an option that repeats: URLs. */
export function httpUrls(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, httpUrl(text)];
}

async function runExportCommand(options: ExportOptions, command: Command, terminal: Terminal): Promise<void> {
  const { bulk, view, sql, context, param, format, lenient, clientId, key, scope, tokenUrl, ...others } =
    options;
  const login = { clientId, keyFile: key, scope, tokenUrl };
  const handling = lenient ? 'lenient' : undefined;
  if (bulk !== undefined) {
    refuse('--bulk exports whole resources as NDJSON', {
      '--view': view !== undefined,
      '--sql': sql !== undefined,
      '--context': context !== undefined,
      '--param': param !== undefined,
      '--format': format !== undefined && format !== 'ndjson',
      '--no-header': !options.header,
      '--compression': options.compression !== undefined,
      '--on-mismatch': options.onMismatch !== undefined,
      '--part-bytes': options.partBytes !== undefined,
      '--part-rows': options.partRows !== undefined,
      '--partition-by': options.partitionBy !== undefined,
      '--table-format': options.tableFormat !== undefined,
      '--destination': options.destination !== undefined,
      '--group': options.group !== undefined,
    });
    if (bulk.kind === 'system' && options.patient !== undefined)
      throw new UsageError(
        '--patient chooses among patients: give it with --bulk patient or --bulk group/ID',
      );
    await exportResources({ ...others, level: bulk, handling, login }, terminal);
    return;
  }
  if (view === undefined && sql === undefined)
    command.error('error: give --view or --sql for tables, or --bulk for whole resources');
  refuse('--view and --sql export tables', {
    '--until': options.until !== undefined,
    '--type': options.type !== undefined,
    '--elements': options.elements !== undefined,
    '--type-filter': options.typeFilter !== undefined,
    '--include-associated-data': options.includeAssociatedData !== undefined,
    '--allow-partial-manifests': options.allowPartialManifests === true,
    '--organize-output-by': options.organizeOutputBy !== undefined,
    '--v4': options.v4 === true,
    '--token-origin': options.tokenOrigin !== undefined,
  });
  if (sql === undefined)
    refuse('--view evaluates views', { '--context': context !== undefined, '--param': param !== undefined });
  if (format === undefined) command.error("error: required option '--format <format>' not specified");
  const asked = { view: view ?? [], sql: sql ?? [], context: context ?? [], param: param ?? [] };
  await exportViews({ ...others, ...asked, format, handling, login }, terminal);
}

/** @throws UsageError that names the options that have no meaning here */
function refuse(does: string, given: Readonly<Record<string, boolean>>): void {
  const names = Object.keys(given).filter((name) => given[name]);
  if (names.length > 0) throw new UsageError(`${does}, which leaves no meaning to ${names.join(', ')}`);
}
