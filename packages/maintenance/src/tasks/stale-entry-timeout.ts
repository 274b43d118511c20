import { changeset, lastProgress } from '@millrace/export';
import type { CensusReads, ExportRecord, Failure, LifecycleTerms } from '@millrace/export';
import type { BackgroundTask, TaskContext, TaskStatus } from '../background-task.js';
import { failItem } from '../failed-item.js';
import { checkLimit } from '../task-limit.js';

export interface StaleEntryStatus extends TaskStatus {
  /** Exports that were ended as failed. */
  timedOut: number;
}

/** Exports that are read at once. */
const PAGE = 500;

/**
 * Ends exports as failed that wait for their start, or stand still, for too long. An export that makes progress in the meantime
 * keeps its export.
 *
 * @throws TaskLimitError
 */
export function createStaleEntryTimeout(options: {
  readonly jobs: Pick<CensusReads, 'liveExports'>;
  readonly terms: LifecycleTerms;
  /**
   * Ends an export as failed unless it made progress after `idleSince`, in ms; false when it did, or has
   * ended.
   */
  readonly fail: (record: ExportRecord, failure: Failure, idleSince: number) => Promise<boolean>;
  readonly maxTimedOutPerActivation: number;
}): BackgroundTask<StaleEntryStatus> {
  const { jobs, terms, fail, maxTimedOutPerActivation: limit } = options;
  const name = 'stale_entry_timeout';
  checkLimit(name, 'maxTimedOutPerActivation', limit);

  /** Returns false when the activation has to end before all of them were handled. */
  async function failAll(
    records: readonly ExportRecord[],
    status: StaleEntryStatus,
    signal: AbortSignal,
  ): Promise<boolean> {
    for (const record of records) {
      if (signal.aborted || status.timedOut + status.errors.length >= limit) return false;
      try {
        if (await fail(record, staleFailure(record), lastProgress(record))) status.timedOut += 1;
      } catch (error) {
        failItem(status, record.id, error);
      }
    }
    return true;
  }

  return {
    name,
    description: 'fails exports that wait too long or make no progress',
    periodSecs: 600,
    newStatus: () => ({ limit, timedOut: 0, errors: [] }),
    async activate({ now, signal, cursor }: TaskContext, status) {
      status.cutoff = now() - Math.min(terms.queueTimeoutMs, terms.noProgressMs);
      let after = cursor;
      do {
        const { exports, next } = await jobs.liveExports(after, PAGE);
        const { timeoutRequired } = changeset({ exports, steps: [], workers: new Set() }, now(), terms);
        const isDone = await failAll(timeoutRequired, status, signal);
        if (isDone) after = next;
        if (after === undefined) delete status.cursor;
        else status.cursor = after;
        if (!isDone || signal.aborted) return;
      } while (after !== undefined);
    },
    level: ({ timedOut }) => (timedOut > 0 ? 'warn' : 'debug'),
  };
}

/** Ids and counts only. The last checkpoint says how far the export came. */
function staleFailure(record: ExportRecord): Failure {
  const since = new Date(lastProgress(record)).toISOString();
  const { shardsDone, shardsTotal, bytesRead, bytesTotal, rowsWritten } = record;
  const diagnostics =
    record.state === 'accepted'
      ? `the export has waited for a worker since ${since}, which is too long`
      : `the export has made no progress since ${since}; it had reached ` +
        (shardsTotal === undefined
          ? 'its plan'
          : `${shardsDone} of ${shardsTotal} shards, ${bytesRead} of ${bytesTotal} input bytes, ${rowsWritten} rows`);
  return { status: 500, code: 'timeout', diagnostics };
}
