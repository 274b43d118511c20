import type { AccessToken } from '../access-token.js';
import { cancelExport } from '../cancel.js';
import { ServerRefusedError, UnansweredKickOffError } from '../errors.js';
import { acceptedUrl } from './accepted-url.js';
import { nameOfOrder, type BulkOrder } from './bulk-order.js';
import type { BulkOptions, Interruption, Run } from './bulk-run.js';
import { downloadPages } from './download-pages.js';
import { runInFolder, type FinishedBulk } from './folder-run.js';

export interface WantedBulk {
  /** FHIR base URL. */
  readonly server: string;
  readonly order: BulkOrder;
  /** Where the files go. */
  readonly folder: string;
  /** Files at a time. */
  readonly parallel?: number | undefined;
}

/** How long an interrupted client waits for the server to hear of the cancellation. */
const CANCEL_MS = 5000;

/**
 * Runs a Bulk Data export from kick-off to verified files, against any server of version 2, 3 or 4 of the guide. A second
 * call for the same folder goes on where the first one was ended. When `signal` aborts, the export is cancelled on the
 * server.
 *
 * @throws FolderInUseError, ServerRefusedError, ServerUnreachableError, UnexpectedAnswerError, TokenOriginError,
 *   DownloadMismatchError, DamagedDownloadError
 */
export async function exportBulk(wanted: WantedBulk, options: BulkOptions = {}): Promise<FinishedBulk> {
  const { folder, parallel, server, order } = wanted;
  return runInFolder(
    { folder, parallel, server, request: nameOfOrder(server, order) },
    options,
    async (run) => downloadPages(run, await acceptedUrl(run, server, order)),
    cancel,
  );
}

/** Where it is not sure that no export runs, the next start goes on with it. */
async function cancel({ journal, token }: Run, error: unknown): Promise<Interruption> {
  const { statusUrl } = journal.state();
  if (statusUrl === undefined && error instanceof UnansweredKickOffError) return { kind: 'unanswered' };
  try {
    if (statusUrl !== undefined) await cancelOnServer(statusUrl, token);
  } catch (failure) {
    return { kind: 'not-cancelled', statusUrl: statusUrl ?? '', failure };
  }
  await journal.append({ entry: 'ended', how: 'cancelled' });
  return { kind: statusUrl === undefined ? 'not-begun' : 'cancelled' };
}

/** An export that the server has forgotten is cancelled too. */
async function cancelOnServer(statusUrl: string, { request }: AccessToken): Promise<void> {
  try {
    await cancelExport(statusUrl, { ...request, signal: AbortSignal.timeout(CANCEL_MS) });
  } catch (error) {
    if (!(error instanceof ServerRefusedError) || ![404, 410].includes(error.status)) throw error;
  }
}
