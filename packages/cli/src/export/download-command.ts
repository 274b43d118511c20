import {
  accessToken,
  type Credentials,
  downloadBulk,
  hasJournal,
  prepareFolder,
  type RecognisedExport,
  recogniseExport,
} from '@millrace/client';
import { baseOf, credentialsFor } from '../login.js';
import { Argument, Option, type Command } from 'commander';
import { reasonOf } from '../errors.js';
import { STATUS_ARGUMENT, statusUrl, wholeNumber } from '../option-values.js';
import { QUIET } from '../progress-line.js';
import type { Terminal } from '../terminal.js';
import { httpUrls, TOKEN_ORIGIN } from './export-command.js';
import { bulkOptions, tellResources } from './export-resources.js';
import { tellTables } from './export-views.js';
import { progressDisplay, type ProgressDisplay } from './progress-display.js';
import { EXPORT_FORMATS, fetchExport, type ExportFormat } from './run-export.js';
import { toldFailure } from './told-failure.js';

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
  const credentials = await credentialsFor(baseOf(url), {}, terminal);
  const display = progressDisplay(terminal, options.quiet);
  try {
    await prepareFolder(out);
    const isKnown = await hasJournal(out);
    if (!isKnown) display.waiting(url);
    const found = isKnown ? BULK : await recognise(url, options, display, credentials, terminal);
    if (found.kind === 'views') {
      const wanted = {
        statusUrl: url,
        folder: out,
        parallel,
        format,
        header,
        ...accessToken(credentials, url),
      };
      await tellTables(await fetchExport(wanted, display, terminal.signal), out, terminal);
      return;
    }
    const done = await downloadBulk(
      { statusUrl: url, folder: out, parallel, polls: found.polls },
      {
        ...bulkOptions(display, options.tokenOrigin, credentials, terminal),
        accepted(at, isResumed) {
          if (isResumed) display.resumed(at);
          else if (isKnown) display.waiting(at);
        },
      },
    );
    await tellResources(done, out, display, terminal);
  } catch (error) {
    const interruption = { kind: 'goes-on' } as const;
    throw toldFailure(error, { statusUrl: url, interruption, canGoOn: true }, { ...terminal, credentials });
  } finally {
    display.close();
  }
}

/** The export of a folder that has one of Bulk Data: nobody needs to ask what it is. */
const BULK: RecognisedExport = { kind: 'bulk', polls: [] };

async function recognise(
  url: string,
  { tokenOrigin }: DownloadOptions,
  display: ProgressDisplay,
  credentials: Credentials,
  { signal }: Terminal,
): Promise<RecognisedExport> {
  return recogniseExport(url, {
    signal,
    ...credentials,
    tokenOrigins: tokenOrigin,
    progress: (progress) => display.progress(progress),
    triedAgain: (failure, waitMs) => display.triedAgain(reasonOf(failure), waitMs),
  });
}
