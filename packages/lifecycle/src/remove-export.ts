import type { ExportRecord, JobStore } from '@millrace/export';
import { downloadsEnded } from './await-downloads.js';
import { cancelExport } from './cancel-export.js';
import type { CancelPorts } from './cancel-export.js';
import { deleteExport, withdrawExport } from './delete-export.js';

export type RemovePorts = CancelPorts & {
  readonly jobs: Pick<JobStore, 'endRetention' | 'expire' | 'awaitsDownloads'>;
};

/**
 * Removes an export for every client, in any state: a running one is cancelled, and one that has ended is
 * withdrawn. Its files go afterwards, once none of them is being sent; `output_ttl_reaper` removes the rest after a death.
 *
 * @returns false when it is gone already
 * @throws StoreUnavailableError when a client may still find something; the call may be repeated
 */
export async function removeExport(ports: RemovePorts, record: ExportRecord): Promise<boolean> {
  const { jobs, store, background } = ports;
  const after = await cancelExport(ports, record);
  if (after.kind === 'kept') {
    const over = { id: record.id, tenant: record.tenant, expiresAt: after.expiresAt };
    await withdrawExport({ jobs, store }, over);
    void background.run(async () => {
      await downloadsEnded(jobs, record.id);
      await deleteExport({ jobs, store }, over);
    });
  }
  return after.kind !== 'gone';
}
