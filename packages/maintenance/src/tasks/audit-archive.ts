import { archiveOldest } from '@millrace/audit';
import type { AuditBacklog, AuditLog, SegmentStore } from '@millrace/audit';
import type { BackgroundTask, TaskStatus } from '../background-task.js';
import { checkLimit } from '../task-limit.js';

export interface AuditArchiveStatus extends TaskStatus {
  /** Segments that were stored, and entries that Redis has not any more. */
  segments: number;
  archived: number;
  /** Bytes of entries that are still not archived. */
  unarchivedBytes: number;
}

/** Entries that are younger stay in Redis, so that segments do not hold a handful each; unless there are very many. */
const KEEP_MS = 60_000;

/**
 * Moves completed audit entries from Redis to immutable segments in the object store.
 *
 * @throws TaskLimitError
 */
export function createAuditArchive(options: {
  readonly log: Pick<AuditLog, 'page' | 'drop' | 'backlog'>;
  readonly store: Pick<SegmentStore, 'createIfAbsent' | 'read'>;
  readonly maxSegmentsPerActivation: number;
  /** With more bytes than this, young entries do not stay either, and an activation that leaves as much is a warning. */
  readonly alarmBytes: number;
  readonly onBacklog: (backlog: AuditBacklog) => void;
}): BackgroundTask<AuditArchiveStatus> {
  const { log, store, maxSegmentsPerActivation: limit, alarmBytes, onBacklog } = options;
  const name = 'audit_archive';
  checkLimit(name, 'maxSegmentsPerActivation', limit);
  return {
    name,
    description: 'moves completed audit entries from Redis to the object store',
    periodSecs: 60,
    newStatus: () => ({ limit, segments: 0, archived: 0, unarchivedBytes: 0, errors: [] }),
    async activate({ now, signal }, status) {
      const keepMs = (await log.backlog()).bytes > alarmBytes ? 0 : KEEP_MS;
      status.cutoff = Math.floor(now() - keepMs);
      try {
        while (status.segments < limit && !signal.aborted) {
          const archived = await archiveOldest(log, store, status.cutoff);
          if (archived === 0) break;
          status.archived += archived;
          status.segments += 1;
        }
      } finally {
        const backlog = await log.backlog();
        status.unarchivedBytes = backlog.bytes;
        onBacklog(backlog);
      }
    },
    level: ({ archived, unarchivedBytes }) => {
      if (unarchivedBytes > alarmBytes) return 'warn';
      return archived > 0 ? 'info' : 'debug';
    },
  };
}
