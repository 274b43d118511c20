import type { DecideResult, ExportRecord, Failure, Lease, Manifest, Notice, Part } from '@millrace/export';
import type { ViewFacts } from '@millrace/run';
import { StoreUnavailableError } from '@millrace/storage';
import { conclude, manifestHead } from './conclude.js';
import type { Conclusion } from './conclude.js';
import { emptyTables } from './inputs/empty-tables.js';
import { gatherNotices } from './inputs/gather-notices.js';
import { LeaseLostError } from './lease/lease-keeper.js';
import type { ExecutionPorts } from './ports.js';
import { removeUnlisted } from './remove-output.js';
import { completedManifest, describeViews, gatherParts } from './steps/finalize-step.js';

/** Decides `completed` under the lease of finalize, and ends the export. */
export async function completeExport(
  ports: ExecutionPorts,
  lease: Lease,
  record: ExportRecord,
  facts: readonly ViewFacts[],
  files: readonly (readonly Part[])[],
  notices: readonly Notice[],
): Promise<void> {
  const decision = await ports.jobs.decide(record.id, { outcome: 'completed', lease });
  if (decision.kind === 'fenced') throw new LeaseLostError('fenced', lease);
  if (decision.kind !== 'deciding') return adoptDecision(ports, decision, record.id);
  ports.events.deciding({ exportId: record.id, outcome: 'completed' });
  const request = await ports.artefacts.request(record);
  const decided = decidedAt(ports, lease.nonce, decision.at);
  await end(ports, completedManifest(record, request, facts, files, notices, decided));
}

/**
 * Decides `failed`, and ends the export. If the object store cannot be written, the failure is set in Redis alone:
 * an export that cannot write its reason must still tell it.
 *
 * @param by the lease of whoever decides, or the time after which progress keeps the export from failing, in ms
 * @returns whether this call decided
 */
export async function failExport(
  ports: ExecutionPorts,
  record: ExportRecord,
  failure: Failure,
  by: { readonly lease?: Lease; readonly idleSince?: number } = {},
): Promise<boolean> {
  const { lease, idleSince } = by;
  const nonce = lease?.nonce ?? ports.nonce();
  const decision = await ports.jobs.decide(record.id, {
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
  ports.events.deciding({ exportId: record.id, outcome: 'failed' });
  const head = manifestHead(record, decidedAt(ports, nonce, decision.at));
  try {
    await end(ports, { ...head, outcome: 'failed', failure });
  } catch (error) {
    if (!(error instanceof StoreUnavailableError)) throw error;
    ports.events.manifestCommitted({ exportId: record.id, outcome: 'error' });
    await ports.jobs.settle(record.id, {
      outcome: 'failed',
      failure,
      endedAt: decision.at,
      expiresAt: decision.at + ports.settings.retentionMs,
    });
    ports.events.exportSettled({
      exportId: record.id,
      outcome: 'failed',
      durationMs: decision.at - record.acceptedAt,
      failure,
    });
  }
  return true;
}

/** Ends an export that somebody else left `deciding`: offers again what they would have written. */
export async function resumeDecision(ports: ExecutionPorts, record: ExportRecord): Promise<void> {
  if (record.state !== 'deciding' || record.outcome === undefined || record.endedAt === undefined) return;
  const decided = decidedAt(ports, ports.nonce(), record.endedAt);
  const head = manifestHead(record, decided);
  switch (record.outcome) {
    case 'cancelled':
      return end(ports, { ...head, outcome: 'cancelled' });
    case 'failed':
      return end(ports, { ...head, outcome: 'failed', failure: record.failure ?? UNKNOWN_FAILURE });
    case 'completed': {
      const request = await ports.artefacts.request(record);
      const plan = await ports.artefacts.plan(record);
      const files = await gatherParts(ports, request, plan);
      const notices = [
        ...(await gatherNotices(ports.jobs, record, plan)),
        ...emptyTables(request, plan, files),
      ];
      const facts = await describeViews(ports, request, NEVER);
      return end(ports, completedManifest(record, request, facts, files, notices, decided));
    }
    default:
      record.outcome satisfies never;
  }
}

/** A decision is carried out, whatever is told to stop. */
const NEVER = new AbortController().signal;

const UNKNOWN_FAILURE: Failure = {
  status: 500,
  code: 'exception',
  diagnostics: 'the export failed and its reason was not recorded',
};

function decidedAt(
  ports: ExecutionPorts,
  writtenBy: string,
  endedAt: number,
): { writtenBy: string; endedAt: number; expiresAt: number } {
  return { writtenBy, endedAt, expiresAt: endedAt + ports.settings.retentionMs };
}

async function adoptDecision(
  ports: ExecutionPorts,
  decision: Exclude<DecideResult, { kind: 'deciding' | 'fenced' }> | { kind: 'fenced' },
  exportId: string,
): Promise<void> {
  if (decision.kind !== 'already') return;
  const record = await ports.jobs.read(exportId);
  if (record) await resumeDecision(ports, record);
}

async function end(ports: ExecutionPorts, proposal: Manifest): Promise<void> {
  const conclusion = await conclude(ports, proposal);
  report(ports, conclusion);
  await removeUnlisted(ports.store, conclusion.manifest);
}

function report(ports: ExecutionPorts, { manifest, won }: Conclusion): void {
  ports.events.manifestCommitted({ exportId: manifest.exportId, outcome: won ? 'won' : 'adopted' });
  if (!won) return;
  for (const notice of manifest.outcome === 'completed' ? manifest.notices : []) {
    const { kind, count, diagnostics } = notice;
    ports.events.noticed({
      exportId: manifest.exportId,
      kind,
      ...(count === undefined ? {} : { count }),
      // What is said of a view may quote it.
      ...(kind === 'view' ? {} : { names: diagnostics }),
    });
  }
  ports.events.exportSettled({
    exportId: manifest.exportId,
    outcome: manifest.outcome,
    durationMs: Date.parse(manifest.endedAt) - Date.parse(manifest.acceptedAt),
    ...(manifest.outcome === 'failed' ? { failure: manifest.failure } : {}),
  });
}
