import { LeaseLostError } from '@millrace/export';
import type { ExportRecord, Failure, Lease } from '@millrace/export';
import { StoreUnavailableError } from '@millrace/storage';
import { decideOutcome, endExport } from './end-export.js';
import { manifestHead } from './manifest-head.js';
import type { OutcomePorts } from './ports.js';
import { removeUnlisted } from './remove-output.js';
import { adoptDecision } from './resume-decision.js';

/**
 * Decides `failed`, and ends the export. If the object store cannot be written, the failure is set in Redis
 * alone, and the output of the export stays for `orphan_sweeper`.
 *
 * @param by the lease of the process that decides, or the time after which progress keeps the export from
 *   failing, in ms
 * @returns whether this call decided
 * @throws LeaseLostError
 */
export async function failExport(
  ports: OutcomePorts,
  record: ExportRecord,
  failure: Failure,
  by: { readonly lease?: Lease; readonly idleSince?: number } = {},
): Promise<boolean> {
  const { lease, idleSince } = by;
  const nonce = lease?.nonce ?? ports.nonce();
  const decision = await decideOutcome(ports, record.id, {
    outcome: 'failed',
    failure,
    nonce,
    ...(lease ? { lease } : {}),
    ...(idleSince === undefined ? {} : { idleSince }),
  });
  if (decision.kind === 'fenced' && lease) throw new LeaseLostError('fenced', lease);
  if (decision.kind !== 'deciding') {
    await adoptDecision(ports, decision, record.id);
    return false;
  }
  const { at } = decision;
  const head = manifestHead(record, { writtenBy: nonce, endedAt: at, expiresAt: at + ports.retentionMs });
  const { manifest } = await endExport(ports, { ...head, outcome: 'failed', failure }, 'settle');
  await removeUnlisted(ports.store, manifest).catch((error: unknown) => {
    if (!(error instanceof StoreUnavailableError)) throw error;
  });
  return true;
}
