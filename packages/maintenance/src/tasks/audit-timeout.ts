import type { AuditLog } from '@millrace/audit';
import type { BackgroundTask, TaskStatus } from '../background-task.js';
import { checkLimit } from '../task-limit.js';

export interface AuditTimeoutStatus extends TaskStatus {
  timedOut: number;
}

/**
 * Ends audit entries as unknown that nobody completed in time, the oldest first.
 *
 * @throws TaskLimitError
 */
export function createAuditTimeout(options: {
  readonly log: Pick<AuditLog, 'timeOut'>;
  readonly timeoutMs: number;
  readonly maxTimedOutPerActivation: number;
}): BackgroundTask<AuditTimeoutStatus> {
  const { log, timeoutMs, maxTimedOutPerActivation: limit } = options;
  const name = 'audit_timeout';
  checkLimit(name, 'maxTimedOutPerActivation', limit);
  return {
    name,
    description: 'completes audit entries as unknown when their request did not complete them in time',
    periodSecs: 600,
    newStatus: () => ({ limit, timedOut: 0, errors: [] }),
    async activate({ now }, status) {
      status.cutoff = Math.floor(now() - timeoutMs);
      status.timedOut = await log.timeOut(status.cutoff, limit);
    },
    level: ({ timedOut }) => (timedOut > 0 ? 'warn' : 'debug'),
  };
}
