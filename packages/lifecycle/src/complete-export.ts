import { LeaseLostError } from '@millrace/export';
import type { ExportRecord, Lease } from '@millrace/export';
import { completedManifest } from './completed-manifest.js';
import type { FinishedWork } from './completed-manifest.js';
import { decideOutcome, endExport } from './end-export.js';
import type { OutcomePorts } from './ports.js';
import { retentionOf } from './retention-of.js';
import { removeUnlisted } from './remove-output.js';
import { adoptDecision } from './resume-decision.js';

/** Decides `completed` under the lease of finalize, and ends the export. @throws LeaseLostError */
export async function completeExport(
  ports: OutcomePorts,
  lease: Lease,
  record: ExportRecord,
  work: FinishedWork,
): Promise<void> {
  const decision = await decideOutcome(ports, record.id, { outcome: 'completed', lease });
  if (decision.kind === 'fenced') throw new LeaseLostError('fenced', lease);
  if (decision.kind !== 'deciding') return adoptDecision(ports, decision, record.id);
  const { at } = decision;
  const request = await ports.artefacts.request(record);
  const decided = { writtenBy: lease.nonce, endedAt: at, expiresAt: at + retentionOf(request, ports) };
  const { manifest } = await endExport(ports, completedManifest(record, request, work, decided));
  await removeUnlisted(ports.store, manifest);
}
