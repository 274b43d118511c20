import { changeset } from '@millrace/export';
import type { Downloads, ExportRecord, LifecycleTerms, Retention } from '@millrace/export';
import type { BackgroundTask, TaskStatus } from '../background-task.js';
import { failItem } from '../failed-item.js';
import { checkLimit } from '../task-limit.js';

export interface OutputTtlStatus extends TaskStatus {
  /** Exports whose files and record are gone. */
  deleted: number;
  /** Exports that stay for a while because their files are being sent. */
  awaited: number;
}

/**
 * Deletes exports that have ended and whose retention is over, the earliest first: files, then the other
 * objects, then the record. An export that cannot be deleted keeps its record, and the next activation tries
 * again; clients already see 404.
 *
 * @throws TaskLimitError
 */
export function createOutputTtlReaper(options: {
  readonly jobs: Retention & Pick<Downloads, 'awaitsDownloads'>;
  /** How long an export stays while its files are being sent. */
  readonly downloadsPatienceMs: number;
  readonly terms: LifecycleTerms;
  /** Deletes all of an export; may be repeated. @throws when something is left */
  readonly remove: (record: ExportRecord) => Promise<unknown>;
  readonly maxDeletedPerActivation: number;
}): BackgroundTask<OutputTtlStatus> {
  const { jobs, terms, remove, downloadsPatienceMs, maxDeletedPerActivation: limit } = options;
  const name = 'output_ttl_reaper';
  checkLimit(name, 'maxDeletedPerActivation', limit);

  return {
    name,
    description: 'deletes the output and the record of exports that have expired',
    periodSecs: 300,
    newStatus: () => ({ limit, deleted: 0, awaited: 0, errors: [] }),
    async activate({ now, signal }, status) {
      const cutoff = now();
      status.cutoff = cutoff;
      // Exports that could not be deleted stay at the head of the list. They are skipped so that they do not block the rest.
      const skipped = (): number => status.errors.length + status.awaited;
      while (status.deleted + skipped() < limit) {
        const left = limit - status.deleted - skipped();
        const exports = await jobs.expired(cutoff, left, skipped());
        const { expireRequired } = changeset({ exports, steps: [], workers: new Set() }, cutoff, terms);
        if (expireRequired.length === 0) return;
        for (const record of expireRequired) {
          if (signal.aborted) return;
          try {
            if (await jobs.awaitsDownloads(record.id, downloadsPatienceMs)) {
              status.awaited += 1;
              continue;
            }
            await remove(record);
            status.deleted += 1;
          } catch (error) {
            failItem(status, record.id, error);
          }
        }
      }
    },
    level: ({ deleted }) => (deleted > 0 ? 'info' : 'debug'),
  };
}
