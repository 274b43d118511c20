import {
  downloadBulk,
  FolderInUseError,
  hasJournal,
  recogniseExport,
  type RecognisedExport,
} from '@millrace/client';
import { Argument, Option, type Command } from 'commander';
import { reasonOf, UsageError } from '../errors.js';
import { STATUS_ARGUMENT, statusUrl, wholeNumber } from '../option-values.js';
import { QUIET } from '../progress-line.js';
import type { Terminal } from '../terminal.js';
import { httpUrls, TOKEN_ORIGIN } from './export-command.js';
import { bulkOptions, tellResources } from './export-resources.js';
import { tellTables } from './export-views.js';
import { progressDisplay, type ProgressDisplay } from './progress-display.js';
import { EXPORT_FORMATS, fetchExport, type ExportFormat } from './run-export.js';

interface DownloadOptions {
  readonly out: string;
  readonly parallel: number;
  readonly format?: ExportFormat;
  readonly header: boolean;
  readonly quiet?: true;
  readonly tokenOrigin?: readonly string[];
}

export function declareDownload(command: Command, terminal: Terminal): void {
  command
    .addArgument(new Argument(...STATUS_ARGUMENT).argParser(statusUrl))
    .requiredOption('--out <dir>', 'where the files go: {output}.part{n}.{format}, or {Type}.{nnn}.ndjson')
    .option('--parallel <n>', 'number of downloads at a time', wholeNumber(1, 64), 4)
    .option(...QUIET)
    .optionsGroup('Views:')
    .addOption(
      new Option('--format <format>', 'format of the files, if the server does not say it').choices(
        EXPORT_FORMATS,
      ),
    )
    .option('--no-header', 'CSV without a first line of column names')
    .optionsGroup('Resources, from any server with FHIR Bulk Data Access:')
    .option(...TOKEN_ORIGIN, httpUrls)
    .action((url: string, options: DownloadOptions) => download(url, options, terminal));
}

async function download(url: string, options: DownloadOptions, terminal: Terminal): Promise<void> {
  const { out, parallel, format, header } = options;
  const display = progressDisplay(terminal, options.quiet);
  try {
    const found = await recognise(url, options, display, terminal);
    if (found.kind === 'views') {
      display.resumed(url);
      const wanted = { statusUrl: url, folder: out, parallel, format, header, keepsBegun: true };
      await tellTables(await fetchExport(wanted, display, terminal.signal), out, terminal);
      return;
    }
    const done = await downloadBulk(
      { statusUrl: url, folder: out, parallel, polls: found.polls },
      bulkOptions(display, options.tokenOrigin, terminal),
    );
    await tellResources(done, out, display, terminal);
  } catch (error) {
    throw error instanceof FolderInUseError ? new UsageError(error.message, { cause: error }) : error;
  } finally {
    display.close();
  }
}

/** A folder that has a Bulk Data export need not ask what it is. */
async function recognise(
  url: string,
  { out, tokenOrigin }: DownloadOptions,
  display: ProgressDisplay,
  { env, signal }: Terminal,
): Promise<RecognisedExport> {
  if (await hasJournal(out)) return { kind: 'bulk', polls: [] };
  return recogniseExport(url, {
    signal,
    token: env['MILLRACE_TOKEN'],
    tokenOrigins: tokenOrigin,
    progress: (progress) => display.progress(progress),
    triedAgain: (failure) => display.triedAgain(reasonOf(failure)),
  });
}
