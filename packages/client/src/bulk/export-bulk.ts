import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { cancelExport } from '../cancel.js';
import { SYSTEM_CLOCK, type Clock } from '../clock.js';
import { ServerRefusedError } from '../errors.js';
import { inParallel } from '../in-parallel.js';
import { percentIn } from '../percent-in.js';
import type { ExportProgress } from '../status.js';
import type { BulkFile, ManifestPage } from './bulk-manifest.js';
import { kickOffParameters, kickOffUrl, type BulkOrder } from './bulk-order.js';
import { fetchBulkFile } from './download/fetch-file.js';
import { failureDetail, loggedHeaders, openExportLog, type ExportLog } from './folder/export-log.js';
import { createFileNames } from './folder/file-names.js';
import { openJournal, type Journal } from './folder/journal.js';
import type { JournalFile } from './folder/journal-entry.js';
import { lockFolder } from './folder/lock-folder.js';
import { kickOffBulk } from './kick-off-bulk.js';
import { manifestPages } from './manifest-pages.js';
import { isFailedPoll } from './patience.js';
import { readSoftware } from './server-software.js';

export interface WantedBulk {
  /** FHIR base URL. */
  readonly server: string;
  readonly order: BulkOrder;
  /** Where the files go. */
  readonly folder: string;
  /** Files at a time. */
  readonly parallel?: number | undefined;
}

/** Hears how an export goes on. */
export interface BulkEvents {
  /** `isResumed`: by a start before this one. */
  accepted?(statusUrl: string, isResumed: boolean): void;
  progress?(progress: Pick<ExportProgress, 'text' | 'percent'>): void;
  /** A page of the manifest is known; so many of its files are to be downloaded. */
  page?(files: number): void;
  downloaded?(file: JournalFile): void;
  /** A request failed and is tried again. */
  triedAgain?(failure: unknown): void;
}

export interface BulkOptions extends BulkEvents {
  readonly signal?: AbortSignal | undefined;
  readonly clock?: Clock | undefined;
  /** Bearer token: for the server, and for its files where the manifest says so. */
  readonly token?: string | undefined;
}

export interface FinishedBulk {
  /** For the `_since` of the next export. */
  readonly transactionTime: string;
  /** Ordered by their paths, which are below the folder. */
  readonly files: readonly JournalFile[];
  /** True when a start before this one had finished it. */
  readonly wasFinished: boolean;
}

/** How long an interrupted client waits for the server to hear of the cancellation. */
const CANCEL_MS = 5000;

/**
 * Runs a Bulk Data export from kick-off to verified files, against any server of version 2 or 3 of the guide. A second
 * call for the same folder goes on where the first one was ended. When `signal` aborts, the export is cancelled on the
 * server.
 *
 * @throws FolderInUseError, ServerRefusedError, ServerUnreachableError, UnexpectedAnswerError, DownloadMismatchError,
 *   DamagedDownloadError
 */
export async function exportBulk(wanted: WantedBulk, options: BulkOptions = {}): Promise<FinishedBulk> {
  const clock = options.clock ?? SYSTEM_CLOCK;
  const { folder, server, order } = wanted;
  await mkdir(folder, { recursive: true });
  await using _lock = await lockFolder(folder);
  const begin = { exportId: randomUUID(), at: clock.now() };
  const journal = await openJournal(folder, kickOffUrl(server, order), begin);
  const { exportId, ended } = journal.state();
  if (ended !== undefined) return finished(journal, true);
  const log = openExportLog(folder, exportId, clock);
  const run: Run = { wanted, options, clock, journal, log };
  try {
    const statusUrl = await acceptedUrl(run);
    await download(run, statusUrl);
    return finished(journal, false);
  } catch (error) {
    await settle(run, error);
    throw error;
  } finally {
    await log.written();
  }
}

interface Run {
  readonly wanted: WantedBulk;
  readonly options: BulkOptions;
  readonly clock: Clock;
  readonly journal: Journal;
  readonly log: ExportLog;
}

function finished(journal: Journal, wasFinished: boolean): FinishedBulk {
  const { ended, files } = journal.state();
  return {
    transactionTime: ended?.transactionTime ?? '',
    files: [...files.values()].sort((a, b) => (a.path < b.path ? -1 : 1)),
    wasFinished,
  };
}

function authorization({ token }: BulkOptions): Readonly<Record<string, string>> {
  return token === undefined ? {} : { authorization: `Bearer ${token}` };
}

/** The status URL of the export of this folder, which is kicked off if it has none. */
async function acceptedUrl({ wanted, options, clock, journal, log }: Run): Promise<string> {
  const { statusUrl: known, exportId } = journal.state();
  if (known !== undefined) {
    options.accepted?.(known, true);
    return known;
  }
  const { server, order } = wanted;
  const { signal } = options;
  const headers = authorization(options);
  const detail = {
    logVersion: '2',
    exportUrl: kickOffUrl(server, order),
    ...(await readSoftware(server, { signal, headers })),
    requestParameters: Object.fromEntries(kickOffParameters(order)),
  };
  try {
    const { statusUrl, headers: received } = await kickOffBulk(server, order, {
      key: exportId,
      clock,
      signal,
      headers,
      onFailed: (failure) => options.triedAgain?.(failure),
    });
    await journal.append({ entry: 'accepted', statusUrl });
    log.add('kickoff', {
      ...detail,
      errorCode: null,
      errorBody: null,
      responseHeaders: loggedHeaders(received),
    });
    options.accepted?.(statusUrl, false);
    return statusUrl;
  } catch (error) {
    const { code, body, message, responseHeaders } = failureDetail(error);
    log.add('kickoff', { ...detail, errorCode: code, errorBody: body ?? message, responseHeaders });
    throw error;
  }
}

async function download(run: Run, statusUrl: string): Promise<void> {
  const { options, clock, journal, log } = run;
  const nameOf = createFileNames();
  const totals = { output: 0, deleted: 0, error: 0 };
  let pages = 0;
  let transactionTime = '';
  const polls = manifestPages(statusUrl, {
    clock,
    signal: options.signal,
    headers: authorization(options),
    onPoll: ({ xProgress, retryAfter }) => {
      log.add('status_progress', {
        body: null,
        xProgress: xProgress ?? null,
        retryAfter: retryAfter ?? null,
      });
      options.progress?.({ text: xProgress, percent: percentIn(xProgress) });
    },
    onFailed: (failure) => {
      log.add('status_error', failureDetail(failure));
      options.triedAgain?.(failure);
    },
  });
  for await (const page of polls) {
    pages += 1;
    transactionTime = page.transactionTime;
    const counts = { output: 0, deleted: 0, error: 0 };
    for (const { kind } of page.files) counts[kind] += 1;
    for (const kind of ['output', 'deleted', 'error'] as const) totals[kind] += counts[kind];
    log.add('status_page_complete', {
      transactionTime,
      outputFileCount: counts.output,
      deletedFileCount: counts.deleted,
      errorFileCount: counts.error,
    });
    const named = page.files.map((file) => ({ file, path: nameOf(file) }));
    await downloadPage(run, page, named);
  }
  log.add('manifest_complete', {
    transactionTime,
    totalOutputFileCount: totals.output,
    totalDeletedFileCount: totals.deleted,
    totalErrorFileCount: totals.error,
    totalManifests: pages,
  });
  log.add('status_complete', { transactionTime });
  const { files, begunAt } = journal.state();
  const all = [...files.values()];
  log.add('export_complete', {
    files: all.length,
    resources: all.reduce((sum, { lines }) => sum + lines, 0),
    bytes: all.reduce((sum, { bytes }) => sum + bytes, 0),
    attachments: 0,
    duration: clock.now() - begunAt,
  });
  // What pipelines look for is there before the export counts as finished.
  await log.written();
  await journal.append({ entry: 'ended', how: 'completed', transactionTime });
}

async function downloadPage(
  { wanted, options, clock, journal, log }: Run,
  { requiresAccessToken }: ManifestPage,
  named: readonly { readonly file: BulkFile; readonly path: string }[],
): Promise<void> {
  const missing: (typeof named)[number][] = [];
  for (const one of named) if ((await journal.downloaded(one.path)) === undefined) missing.push(one);
  options.page?.(missing.length);
  await inParallel(missing, wanted.parallel ?? 4, options.signal, async ({ file, path }, signal) => {
    const { kind, type, url: fileUrl } = file;
    log.add('download_request', { fileUrl, itemType: kind, resourceType: type });
    const target = join(wanted.folder, path);
    await mkdir(dirname(target), { recursive: true });
    try {
      const facts = await fetchBulkFile(file, target, {
        clock,
        signal,
        // A token is for those only who ask for it.
        headers: requiresAccessToken ? authorization(options) : {},
        onFailed: (failure) => {
          log.add('download_error', { fileUrl, ...failureDetail(failure) });
          options.triedAgain?.(failure);
        },
      });
      const entry = { path, kind, type, ...facts };
      await journal.append({ entry: 'downloaded', ...entry });
      log.add('download_complete', { fileUrl, resourceCount: facts.lines, fileSize: facts.bytes });
      options.downloaded?.(entry);
    } catch (error) {
      if (!signal.aborted) log.add('download_error', { fileUrl, ...failureDetail(error) });
      throw error;
    }
  });
}

/** Decides what a next start in this folder does: go on, or begin again when there is nothing to go on with. */
async function settle({ options, journal, log }: Run, error: unknown): Promise<void> {
  const { statusUrl } = journal.state();
  if (options.signal?.aborted) {
    if (statusUrl !== undefined) await cancelOnServer(statusUrl, options);
    await journal.append({ entry: 'ended', how: 'cancelled' });
    return;
  }
  const isRefused = error instanceof ServerRefusedError && !isFailedPoll(error);
  const isOfExport =
    statusUrl === undefined || (error instanceof ServerRefusedError && error.url === statusUrl);
  if (!isRefused || !isOfExport) return;
  if (statusUrl !== undefined) log.add('status_error', failureDetail(error));
  await journal.append({ entry: 'ended', how: 'failed' });
}

/** An export that the server has forgotten is cancelled too. */
async function cancelOnServer(statusUrl: string, options: BulkOptions): Promise<void> {
  try {
    await cancelExport(statusUrl, {
      signal: AbortSignal.timeout(CANCEL_MS),
      headers: authorization(options),
    });
  } catch (error) {
    if (!(error instanceof ServerRefusedError) || ![404, 410].includes(error.status)) throw error;
  }
}
