import type { Metrics } from './metrics.js';
import type { Log } from './outage/quiet-log.js';

/** Events of the audit log itself. */
export interface AuditEvents {
  /** An entry could not be begun, so that a request was refused. */
  auditRefused(event: { action: string; requestId: string; err: unknown }): void;
  /** An entry was not completed: it becomes unknown, or was ended before. */
  auditNotCompleted(event: { entryId: string; err?: unknown }): void;
  /** A request was refused for who sent it, and has no entry, because there were too many. */
  refusalNotAudited(): void;
  /** How many of these there were in a time that is over. */
  refusalsNotAudited(event: { count: number }): void;
  /** How much of the log is not archived. */
  auditBacklog(event: { open: number; completed: number; bytes: number }): void;
}

export function createAuditEvents(log: Log, metrics: Metrics): AuditEvents {
  return {
    auditRefused(event) {
      metrics.auditFailures.inc({ op: 'init' });
      log.error(event, 'audit entry not begun');
    },
    auditNotCompleted(event) {
      metrics.auditFailures.inc({ op: 'complete' });
      log.warn(event, 'audit entry not completed');
    },
    refusalNotAudited() {
      metrics.auditRefusalsMissed.inc();
    },
    refusalsNotAudited(event) {
      log.warn(
        event,
        'refused requests without an audit entry: there were more than AUDIT_REFUSALS_PER_MINUTE',
      );
    },
    auditBacklog({ open, completed, bytes }) {
      metrics.auditEntries.set({ state: 'open' }, open);
      metrics.auditEntries.set({ state: 'completed' }, completed);
      metrics.auditUnarchivedBytes.set(bytes);
    },
  };
}
