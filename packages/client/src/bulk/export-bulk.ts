import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { cancelExport } from '../cancel.js';
import { SYSTEM_CLOCK } from '../clock.js';
import { ServerRefusedError } from '../errors.js';
import { acceptedUrl } from './accepted-url.js';
import { kickOffUrl } from './bulk-order.js';
import { authorization, type BulkOptions, type Run, type WantedBulk } from './bulk-run.js';
import { downloadPages } from './download-pages.js';
import { failureDetail, openExportLog } from './folder/export-log.js';
import { openJournal, type Journal } from './folder/journal.js';
import type { JournalFile } from './folder/journal-entry.js';
import { lockFolder } from './folder/lock-folder.js';
import { isEndOfExport } from './patience.js';

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
  const run: Run = { wanted, options, clock, journal, log, polled: new Set() };
  try {
    const statusUrl = await acceptedUrl(run);
    await downloadPages(run, statusUrl);
    return finished(journal, false);
  } catch (error) {
    await settle(run, error);
    throw error;
  } finally {
    await log.written();
  }
}

function finished(journal: Journal, wasFinished: boolean): FinishedBulk {
  const { ended, files } = journal.state();
  return {
    transactionTime: ended?.transactionTime ?? '',
    files: [...files.values()].sort((a, b) => (a.path < b.path ? -1 : 1)),
    wasFinished,
  };
}

/** Decides what a next start in this folder does: go on, or begin again when there is nothing to go on with. */
async function settle({ options, journal, log, polled }: Run, error: unknown): Promise<void> {
  const { statusUrl } = journal.state();
  if (options.signal?.aborted) {
    if (statusUrl !== undefined) await cancelOnServer(statusUrl, options);
    await journal.append({ entry: 'ended', how: 'cancelled' });
    return;
  }
  const isOver =
    error instanceof ServerRefusedError &&
    (statusUrl === undefined || (polled.has(error.url) && isEndOfExport(error)));
  if (!isOver) return;
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
