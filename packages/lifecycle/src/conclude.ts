import { exportObjectKey } from '@millrace/export';
import type { JobStore, Manifest } from '@millrace/export';
import type { ObjectStore } from '@millrace/storage';
import { readManifest } from './artefacts.js';

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
 * Ends an export that is `deciding`: offers `proposal` as `manifest.json`, and sets the terminal state of the
 * stored object, also that of another process. Safe to repeat, and to race with any number of other callers.
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
  await settleAs(ports.jobs, manifest);
  return { manifest, won: manifest.writtenBy === proposal.writtenBy };
}

/** Sets the terminal state that a manifest names. */
export async function settleAs(jobs: ConcludePorts['jobs'], manifest: Manifest): Promise<void> {
  await jobs.settle(manifest.exportId, {
    outcome: manifest.outcome,
    endedAt: Date.parse(manifest.endedAt),
    expiresAt: Date.parse(manifest.expiresAt),
    ...(manifest.outcome === 'failed' ? { failure: manifest.failure } : {}),
  });
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
