import type { ExportRecord, JobStore, Manifest } from '@millrace/export';
import { exportObjectKey, manifestSchema } from '@millrace/export';
import type { ObjectStore } from '@millrace/storage';
import { ArtefactError, parseObject } from './artefacts.js';

export interface ConcludePorts {
  readonly jobs: Pick<JobStore, 'settle'>;
  readonly store: Pick<ObjectStore, 'createIfAbsent' | 'read'>;
}

/** The manifest that decided the export, and whether it is the one that this caller brought. */
export interface Conclusion {
  readonly manifest: Manifest;
  readonly won: boolean;
}

/**
 * Ends an export that is `deciding`: offers `proposal` as `manifest.json`, and sets the terminal state that the
 * stored object names, whoever wrote it. Safe to repeat, and to race with any number of other callers.
 *
 * @throws StoreUnavailableError when the object store does not answer: the export is then still deciding.
 */
export async function conclude(ports: ConcludePorts, proposal: Manifest): Promise<Conclusion> {
  const { tenant, exportId } = proposal;
  const key = exportObjectKey(tenant, exportId, 'manifest');
  await ports.store.createIfAbsent(key, Buffer.from(JSON.stringify(proposal)), 'must-exist');
  // The answer of the write may have been lost or may belong to another writer: only the object counts.
  const stored = await readManifest(ports.store, tenant, exportId);
  const manifest = stored ?? vanished(proposal);
  await ports.jobs.settle(exportId, {
    outcome: manifest.outcome,
    endedAt: Date.parse(manifest.endedAt),
    expiresAt: Date.parse(manifest.expiresAt),
    ...(manifest.outcome === 'failed' ? { failure: manifest.failure } : {}),
  });
  return { manifest, won: manifest.writtenBy === proposal.writtenBy };
}

/** The manifest or tombstone of an export; undefined when nothing has been decided yet. @throws ArtefactError */
export async function readManifest(
  store: Pick<ObjectStore, 'read'>,
  tenant: string,
  exportId: string,
): Promise<Manifest | undefined> {
  const key = exportObjectKey(tenant, exportId, 'manifest');
  const body = await store.read(key);
  if (body === undefined) return undefined;
  const manifest = parseObject(key, body, manifestSchema);
  if (manifest.exportId !== exportId) {
    throw new ArtefactError(key, `names export ${manifest.exportId}`);
  }
  return manifest;
}

/** What every manifest and tombstone of an export says about it. `endedAt` and `expiresAt` in ms. */
export function manifestHead(
  record: Pick<ExportRecord, 'id' | 'tenant' | 'client' | 'acceptedAt' | 'startedAt'>,
  decided: { writtenBy: string; endedAt: number; expiresAt: number },
): Omit<Extract<Manifest, { outcome: 'cancelled' }>, 'outcome'> {
  const iso = (ms: number): string => new Date(ms).toISOString();
  return {
    schemaVersion: 1,
    exportId: record.id,
    tenant: record.tenant,
    client: record.client,
    writtenBy: decided.writtenBy,
    acceptedAt: iso(record.acceptedAt),
    ...(record.startedAt === undefined ? {} : { startedAt: iso(record.startedAt) }),
    endedAt: iso(decided.endedAt),
    expiresAt: iso(decided.expiresAt),
  };
}

/**
 * The export's folder is gone, so somebody deleted it under our hands: nothing can be completed any more, and there
 * is no place for a tombstone.
 */
function vanished(proposal: Manifest): Manifest {
  if (proposal.outcome !== 'completed') return proposal;
  const { outputs: _outputs, skippedLines: _lines, notices: _notices, outcome: _outcome, ...head } = proposal;
  return {
    ...head,
    outcome: 'failed',
    failure: {
      status: 500,
      code: 'exception',
      diagnostics: 'the output of the export was removed from the object store before it completed',
    },
  };
}
