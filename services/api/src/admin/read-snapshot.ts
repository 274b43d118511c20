import { auditEvent, latestEntries } from '@millrace/audit';
import type { ExportRecord, HeldStep, JobStore } from '@millrace/export';
import { snapshotSchema } from '@millrace/protocol/admin';
import type { Snapshot } from '@millrace/protocol/admin';
import type { AuditEventPorts } from './audit-event-search.js';
import { readTasks } from './task-handlers.js';
import type { AdminTaskPorts } from './task-handlers.js';
import { leasesOf } from './worker-handlers.js';

export type SnapshotPorts = AuditEventPorts &
  Pick<AdminTaskPorts, 'tasks'> & {
    readonly jobs: Pick<JobStore, 'liveExports' | 'ended' | 'exportCounts' | 'knownWorkers' | 'sentSteps'>;
  };

/** How much one snapshot reads, and how much of it is listed. */
const LOOKED_AT = 500;
const LISTED = 100;
const ENDED_LOOKED_AT = 200;
const ENDED_LISTED = 50;
const STEPS = 5_000;
const AUDIT_LISTED = 30;
/** The audit log is partly in the object store, so it is looked at less often. */
const AUDIT_EVERY_MS = 10_000;

/**
 * Reads what the page of operations shows. The work is bounded, however much there is.
 *
 * @param now ms since the epoch
 */
export function snapshotReader(ports: SnapshotPorts, now: () => number): () => Promise<Snapshot> {
  const { jobs, tasks, audit, store } = ports;
  let lastAudit: { readonly at: number; readonly audit: Snapshot['audit'] } | undefined;

  async function readAudit(): Promise<Snapshot['audit']> {
    const at = now();
    if (lastAudit !== undefined && at - lastAudit.at < AUDIT_EVERY_MS) return lastAudit.audit;
    const { entries, from } = await latestEntries(audit, store, at, AUDIT_LISTED);
    lastAudit = { at, audit: { from, entry: entries.map((entry) => ({ resource: auditEvent(entry) })) } };
    return lastAudit.audit;
  }

  return async () => {
    const [counts, live, ended, workers, sent, shownTasks, shownAudit] = await Promise.all([
      jobs.exportCounts(),
      jobs.liveExports(undefined, LOOKED_AT),
      jobs.ended(ENDED_LOOKED_AT, 0),
      jobs.knownWorkers(),
      jobs.sentSteps(STEPS),
      readTasks(tasks),
      readAudit(),
    ]);
    const held = sent.steps.filter((step): step is HeldStep => step.state === 'running');
    const failed = ended.filter(({ state }) => state === 'failed');
    // The schema leaves out whatever it does not name.
    return snapshotSchema.parse({
      at: sent.at,
      live: {
        total: counts.live,
        states: statesOf(live.exports),
        lookedAt: live.exports.length,
        exports: live.exports
          .slice(0, LISTED)
          .map((record) => ({ ...record, leases: leasesOf(record.id, held) })),
        more: beside(counts.live, live.exports.length, LISTED),
      },
      failed: {
        lookedAt: ended.length,
        exports: failed.slice(0, ENDED_LISTED),
        more: Math.max(0, failed.length - ENDED_LISTED),
      },
      ended: {
        total: counts.ended,
        exports: ended.slice(0, ENDED_LISTED),
        more: beside(counts.ended, ended.length, ENDED_LISTED),
      },
      workers: {
        workers: workers
          .slice(0, LISTED)
          .map((worker) => ({ ...worker, leases: held.filter((step) => step.worker === worker.id).length })),
        more: Math.max(0, workers.length - LISTED),
      },
      leases: { at: sent.at, leases: held.slice(0, LISTED), more: Math.max(0, held.length - LISTED) },
      tasks: shownTasks,
      audit: shownAudit,
    });
  };
}

/** How many of all are not listed. Records may come and go between the count and the listing. */
function beside(total: number, read: number, listed: number): number {
  return Math.max(total, read) - Math.min(read, listed);
}

function statesOf(exports: readonly ExportRecord[]): Record<string, number> {
  const states: Record<string, number> = {};
  for (const { state } of exports) states[state] = (states[state] ?? 0) + 1;
  return states;
}
