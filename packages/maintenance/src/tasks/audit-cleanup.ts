import { checkRetention, removeSegments } from '@millrace/audit';
import type { SegmentStore } from '@millrace/audit';
import type { BackgroundTask, TaskStatus } from '../background-task.js';
import { checkLimit } from '../task-limit.js';

export interface AuditCleanupStatus extends TaskStatus {
  removedSegments: number;
}

/**
 * Removes audit entries that are older than their retention, in whole segments.
 *
 * @throws TaskLimitError
 * @throws AuditRetentionError when entries could be removed before they are complete
 */
export function createAuditCleanup(options: {
  readonly store: Pick<SegmentStore, 'list' | 'remove'>;
  readonly retentionMs: number;
  readonly timeoutMs: number;
  readonly maxRemovedPerActivation: number;
}): BackgroundTask<AuditCleanupStatus> {
  const { store, retentionMs, timeoutMs, maxRemovedPerActivation: limit } = options;
  const name = 'audit_cleanup';
  checkLimit(name, 'maxRemovedPerActivation', limit);
  checkRetention(retentionMs, timeoutMs);
  return {
    name,
    description: 'removes audit entries that are older than their retention',
    periodSecs: 600,
    newStatus: () => ({ limit, removedSegments: 0, errors: [] }),
    async activate({ now }, status) {
      status.cutoff = now() - retentionMs;
      status.removedSegments = await removeSegments(store, status.cutoff, limit);
    },
    level: ({ removedSegments }) => (removedSegments > 0 ? 'info' : 'debug'),
  };
}
