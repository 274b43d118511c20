import { isOver } from '@millrace/export';
import type { ExportRecord, JobStore, Outcome } from '@millrace/export';
import type { ObjectStore } from '@millrace/storage';
import type { BackgroundWork } from './background-work.js';
import { decideOutcome, endExport } from './end-export.js';
import { manifestHead } from './manifest-head.js';
import type { EndPorts } from './ports.js';
import { removeUnlisted } from './remove-output.js';

export interface CancelPorts extends EndPorts {
  readonly jobs: Pick<JobStore, 'read' | 'decide' | 'settle'>;
  readonly store: Pick<ObjectStore, 'createIfAbsent' | 'read' | 'list' | 'remove'>;
  readonly background: BackgroundWork;
  /** How long the tombstone is kept. */
  readonly retentionMs: number;
}

/** How an export stands once it was asked to stop. */
export type AfterCancel =
  | { readonly kind: 'cancelled' }
  /** It had ended, or ended first: it is kept until then, in milliseconds since the epoch. */
  | { readonly kind: 'kept'; readonly outcome: 'completed' | 'failed'; readonly expiresAt: number }
  | { readonly kind: 'gone' };

/**
 * Ends an export as cancelled, unless it has ended or a manifest wins the race; then nothing changes.
 * Resolves when the outcome stands in the object store.
 *
 * @throws StoreUnavailableError when it cannot stand there: work has stopped all the same, and the call may be repeated
 */
export async function cancelExport(ports: CancelPorts, record: ExportRecord): Promise<AfterCancel> {
  const { jobs, store } = ports;
  if (isOver(record.state)) return afterEnd(record.state, record.expiresAt);
  const nonce = ports.nonce();
  const decided = await decideOutcome(ports, record.id, { outcome: 'cancelled', nonce });
  if (decided.kind === 'gone') return decided;
  // Without a lease nothing is presented that could be fenced.
  if (decided.kind === 'fenced') throw new Error(`cancelling export ${record.id} was fenced`);
  if (decided.kind === 'already' && isOver(decided.state)) {
    const ended = await jobs.read(record.id);
    return ended === undefined ? { kind: 'gone' } : afterEnd(decided.state, ended.expiresAt);
  }

  // Also where somebody else is deciding: the first object decides, and its writer may have died.
  const { at } = decided;
  const head = manifestHead(record, { writtenBy: nonce, endedAt: at, expiresAt: at + ports.retentionMs });
  const { manifest, won } = await endExport(ports, { ...head, outcome: 'cancelled' });
  if (won) void ports.background.run(() => removeUnlisted(store, manifest));
  return afterEnd(manifest.outcome, Date.parse(manifest.expiresAt));
}

function afterEnd(outcome: Outcome, expiresAt: number | undefined): AfterCancel {
  if (outcome === 'cancelled') return { kind: 'cancelled' };
  if (expiresAt === undefined) throw new Error('an export has ended but has no expiry time');
  return { kind: 'kept', outcome, expiresAt };
}
