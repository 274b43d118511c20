import { setTimeout as delay } from 'node:timers/promises';
import type { Downloads } from '@millrace/export';

/**
 * Files that are being sent stay for so long after somebody wants them removed: a client that asked for a file gets it, and a
 * slow one keeps nothing for ever.
 */
export const DOWNLOADS_PATIENCE_MS = 60_000;

const LOOK_MS = 250;

/** Waits until no file of an export is being sent by any instance, as long as that is waited for. */
export async function downloadsEnded(
  jobs: Pick<Downloads, 'awaitsDownloads'>,
  exportId: string,
): Promise<void> {
  while (await jobs.awaitsDownloads(exportId, DOWNLOADS_PATIENCE_MS)) await delay(LOOK_MS);
}
