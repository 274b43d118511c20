import { randomUUID } from 'node:crypto';
import { accessToken } from '../access-token.js';
import { SYSTEM_CLOCK } from '../clock.js';
import { ServerRefusedError, ServerUnreachableError, UnexpectedAnswerError } from '../errors.js';
import { isEndOfExport } from '../patience.js';
import { prepareFolder } from '../prepare-folder.js';
import type { BulkOptions, Interruption, Run } from './bulk-run.js';
import { failureDetail, openExportLog } from './folder/export-log.js';
import { openJournal, type Journal } from './folder/journal.js';
import type { JournalFile } from './folder/journal-entry.js';
import { lockFolder } from '../lock-folder.js';

/** A Bulk Data export whose files are all in its folder. */
export interface FinishedBulk {
  /** For the `_since` of the next export. */
  readonly transactionTime: string;
  /** Ordered by their paths, which are below the folder. */
  readonly files: readonly JournalFile[];
  /** True when a start before this one had finished it. */
  readonly wasFinished: boolean;
}

/** The folder of an export, and what it is for. */
export interface WantedFolder {
  /** Where the files go. */
  readonly folder: string;
  /** Files at a time. */
  readonly parallel?: number | undefined;
  /** Tells this export from others that the folder may have. */
  readonly request: string;
  /** A URL of the server, whose origin gets the token. */
  readonly server: string;
}

/**
 * Works on the export of a folder, which nobody else does meanwhile. Nothing is done in a folder that is finished; in one that
 * was left in the middle the work goes on.
 *
 * @param work kicks off and downloads, as far as it is not done
 * @param interrupted decides what becomes of the export when `signal` has aborted
 */
export async function runInFolder(
  wanted: WantedFolder,
  options: BulkOptions,
  work: (run: Run) => Promise<void>,
  interrupted: (run: Run, error: unknown) => Promise<Interruption>,
): Promise<FinishedBulk> {
  const { folder, parallel = 4, request, server } = wanted;
  const clock = options.clock ?? SYSTEM_CLOCK;
  const token = accessToken(options, server);
  await prepareFolder(folder);
  await using _lock = await lockFolder(folder);
  const journal = await openJournal(folder, request, { exportId: randomUUID(), at: clock.now() });
  const { exportId, ended } = journal.state();
  if (ended !== undefined) return finished(journal, true);
  const log = openExportLog(folder, exportId, clock);
  const run: Run = { folder, parallel, options, clock, token, journal, log, polled: new Set() };
  try {
    await work(run);
    return finished(journal, false);
  } catch (error) {
    if (options.signal?.aborted) {
      const how = await interrupted(run, error);
      options.interrupted?.(how);
    } else await settle(run, error);
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
async function settle({ journal, log, polled }: Run, error: unknown): Promise<void> {
  const isKickOff = polled.size === 0;
  const hasNoExport =
    error instanceof ServerRefusedError ||
    // Nothing was sent: else the kick-off would be unanswered.
    (isKickOff && (error instanceof ServerUnreachableError || error instanceof UnexpectedAnswerError));
  if (!hasNoExport) return;
  if (!isKickOff && !(polled.has(error.url) && isEndOfExport(error))) return;
  if (!isKickOff) log.add('status_error', failureDetail(error));
  await journal.append({ entry: 'ended', how: 'failed' });
}
