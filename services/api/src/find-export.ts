import { isExportId, visibleState } from '@millrace/export';
import type { ExportRecord, ExportRecords, Owner } from '@millrace/export';
import { exportNotFound } from '@millrace/protocol';

/** The client that looks for exports. */
export interface Reach extends Owner {
  /** Whether it sees those of other clients of its tenant too. Absent: its own only. */
  readonly ofTenant?: boolean;
}

/**
 * The export that a client names. One that is unknown, not ready, cancelled, expired or somebody else's does not
 * exist for it.
 *
 * @throws ProtocolError 404
 */
export async function findExport(
  jobs: Pick<ExportRecords, 'read'>,
  owner: Reach,
  id: string,
): Promise<ExportRecord> {
  return visibleTo(owner, id, isExportId(id) ? await jobs.read(id) : undefined);
}

/** The record, where the owner may see it. @throws ProtocolError 404 */
export function visibleTo(owner: Reach, id: string, record: ExportRecord | undefined): ExportRecord {
  if (record === undefined || !isVisibleTo(owner, record)) throw exportNotFound(id);
  return record;
}

export function isVisibleTo(owner: Reach, record: ExportRecord): boolean {
  const state = visibleState(record);
  return (
    record.tenant === owner.tenant &&
    (owner.ofTenant === true || record.client === owner.client) &&
    state !== undefined &&
    state !== 'cancelled' &&
    (record.expiresAt === undefined || record.expiresAt > Date.now())
  );
}
