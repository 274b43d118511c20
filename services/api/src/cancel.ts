import { isOver } from '@millrace/export';
import type { ExportRecord, JobStore, Outcome } from '@millrace/export';
import { conclude, manifestHead, removeUnlisted } from '@millrace/lifecycle';
import type { Dispatcher } from '@millrace/lifecycle';
import type { Events } from '@millrace/observability';
import { exportNotFound } from '@millrace/protocol';
import type { ObjectStore } from '@millrace/storage';
import type { BackgroundWork } from './background-work.js';
import { newNonce } from './export-id.js';

export interface CancelPorts {
  readonly jobs: Pick<JobStore, 'read' | 'decide' | 'settle'>;
  readonly store: Pick<ObjectStore, 'createIfAbsent' | 'read' | 'list' | 'remove'>;
  readonly dispatcher: Pick<Dispatcher, 'nudge'>;
  readonly background: BackgroundWork;
  readonly events: Pick<Events, 'deciding' | 'manifestCommitted' | 'exportSettled'>;
  /** How long the tombstone is kept. */
  readonly retentionMs: number;
}

/** How an export stands once it was asked to stop. */
export type AfterCancel =
  | { readonly outcome: 'cancelled' }
  /** It was over, or came to its end first: it is kept until then, in milliseconds since the epoch. */
  | { readonly outcome: 'completed' | 'failed'; readonly expiresAt: number };

/**
 * Ends an export as cancelled, unless it is over or a manifest wins the race; then nothing changes. Resolves when
 * the outcome stands in the object store.
 *
 * @throws StoreUnavailableError when it cannot stand there: work has stopped all the same, and the call may be repeated
 * @throws ProtocolError 404 when the export is gone
 */
export async function cancelExport(ports: CancelPorts, record: ExportRecord): Promise<AfterCancel> {
  const { jobs, store, events } = ports;
  if (isOver(record.state)) return afterEnd(record.state, record.expiresAt);
  const nonce = newNonce();
  const decided = await jobs.decide(record.id, { outcome: 'cancelled', nonce });
  if (decided.kind === 'gone') return gone(record.id);
  // Without a lease nothing is presented that could be fenced.
  if (decided.kind === 'fenced') throw new Error(`cancelling export ${record.id} was fenced`);
  if (decided.kind === 'already' && isOver(decided.state)) {
    const { expiresAt } = (await jobs.read(record.id)) ?? gone(record.id);
    return afterEnd(decided.state, expiresAt);
  }
  if (decided.kind === 'deciding') {
    events.deciding({ exportId: record.id, outcome: 'cancelled' });
    ports.dispatcher.nudge();
  }

  // Also where somebody else is deciding: the first object decides, and its writer may have died.
  const head = manifestHead(record, {
    writtenBy: nonce,
    endedAt: decided.at,
    expiresAt: decided.at + ports.retentionMs,
  });
  const tombstone = { ...head, outcome: 'cancelled' as const };
  const { manifest, won } = await conclude({ jobs, store }, tombstone).catch((error: unknown) => {
    events.manifestCommitted({ exportId: record.id, outcome: 'error' });
    throw error;
  });
  events.manifestCommitted({ exportId: record.id, outcome: won ? 'won' : 'adopted' });
  const after = afterEnd(manifest.outcome, Date.parse(manifest.expiresAt));
  if (!won) return after;
  events.exportSettled({
    exportId: record.id,
    outcome: manifest.outcome,
    durationMs: decided.at - record.acceptedAt,
  });
  void ports.background.run(() => removeUnlisted(store, manifest));
  return after;
}

function afterEnd(outcome: Outcome, expiresAt: number | undefined): AfterCancel {
  if (outcome === 'cancelled') return { outcome };
  if (expiresAt === undefined) throw new Error('an export is over without a time until which it is kept');
  return { outcome, expiresAt };
}

function gone(id: string): never {
  throw exportNotFound(id);
}
