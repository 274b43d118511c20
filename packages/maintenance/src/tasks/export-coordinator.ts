import { changeset } from '@millrace/export';
import type { CensusReads, ExportRecord, LifecycleTerms } from '@millrace/export';
import type { BackgroundTask, TaskStatus } from '../background-task.js';
import { failItem } from '../failed-item.js';
import { checkLimit } from '../task-limit.js';

export interface ExportCoordinatorStatus extends TaskStatus {
  /** Exports that were looked at. */
  seen: number;
  /** Decisions that were ended. */
  resumed: number;
  /** Kick-offs that were undone. */
  cleanedUp: number;
}

/**
 * Goes through live exports, up to a limit in each activation, and finishes decisions and kick-offs that
 * another process left unfinished.
 *
 * @throws TaskLimitError
 */
export function createExportCoordinator(options: {
  readonly jobs: Pick<CensusReads, 'liveExports'>;
  readonly terms: LifecycleTerms;
  /** Ends a decision; may be repeated. */
  readonly resume: (record: ExportRecord) => Promise<void>;
  /** Undoes a kick-off; false when it has ended in the meantime. May be repeated. */
  readonly cleanUp: (record: ExportRecord) => Promise<boolean>;
  readonly maxSeenPerActivation: number;
}): BackgroundTask<ExportCoordinatorStatus> {
  const { jobs, terms, resume, cleanUp, maxSeenPerActivation: limit } = options;
  const name = 'export_coordinator';
  checkLimit(name, 'maxSeenPerActivation', limit);
  return {
    name,
    description: 'finishes decisions and undoes kick-offs that a dead process left unfinished',
    periodSecs: 60,
    newStatus: () => ({ limit, seen: 0, resumed: 0, cleanedUp: 0, errors: [] }),
    async activate({ now, signal, cursor }, status) {
      const { exports, next } = await jobs.liveExports(cursor, limit);
      const at = now();
      const required = changeset({ exports, steps: [], workers: new Set() }, at, terms);
      const attempt = async (record: ExportRecord, work: () => Promise<void>): Promise<void> => {
        if (signal.aborted) return;
        await work().catch((error: unknown) => failItem(status, record.id, error));
      };
      for (const record of required.resumeRequired)
        await attempt(record, async () => {
          await resume(record);
          status.resumed += 1;
        });
      for (const record of required.cleanupRequired)
        await attempt(record, async () => {
          if (await cleanUp(record)) status.cleanedUp += 1;
        });
      status.seen = exports.length;
      // The next activation starts with the exports that this one had no time for.
      const cursorAfter = signal.aborted ? cursor : next;
      if (cursorAfter !== undefined) status.cursor = cursorAfter;
    },
    level: ({ resumed, cleanedUp }) => (resumed + cleanedUp > 0 ? 'warn' : 'debug'),
  };
}
