import type { Metrics } from './metrics.js';
import type { Log } from './outage/quiet-log.js';

/** Events of the audit log itself. */
export interface AuditEvents {
  /** An entry could not be begun, so that a request was refused. */
  auditRefused(event: { action: string; requestId: string; err: unknown }): void;
  /** An entry was not completed: it becomes unknown, or was ended before. */
  auditNotCompleted(event: { entryId: string; err?: unknown }): void;
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
    auditBacklog({ open, completed, bytes }) {
      metrics.auditEntries.set({ state: 'open' }, open);
      metrics.auditEntries.set({ state: 'completed' }, completed);
      metrics.auditUnarchivedBytes.set(bytes);
    },
  };
}
