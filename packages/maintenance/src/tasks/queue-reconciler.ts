import { changeset } from '@millrace/export';
import type { CensusReads, DispatchedStep, LifecycleTerms, Upkeep } from '@millrace/export';
import type { BackgroundTask, TaskStatus } from '../background-task.js';
import { failItem } from '../failed-item.js';
import { checkLimit } from '../task-limit.js';

export interface QueueReconcilerStatus extends TaskStatus {
  /** Steps whose message was lost, and that wait again. */
  returned: number;
  /** Steps that were ready but in no set, or held but not in the window. */
  mended: number;
  /** Exports of which nothing but the id was left. */
  readonly lost: string[];
}

/** Steps that are compared with the sets in one call: it holds Redis for about three milliseconds. */
const LIVE_STEPS = 500;

/**
 * Finds losses between the job store and the queue: steps that were sent and whose message is gone, and steps
 * that no set names.
 *
 * @throws TaskLimitError
 */
export function createQueueReconciler(options: {
  readonly jobs: CensusReads & Pick<Upkeep, 'resolve' | 'mend'>;
  /** Those of the steps whose message will not be delivered. */
  readonly undelivered: (steps: readonly DispatchedStep[]) => Promise<readonly DispatchedStep[]>;
  readonly terms: LifecycleTerms;
  readonly maxAskedPerActivation: number;
  readonly onReturned: (reason: 'message' | 'missing', steps: number) => void;
  readonly onLost: (exportId: string) => void;
}): BackgroundTask<QueueReconcilerStatus> {
  const { jobs, terms, maxAskedPerActivation: limit, onReturned, onLost } = options;
  const name = 'queue_reconciler';
  checkLimit(name, 'maxAskedPerActivation', limit);

  async function returnUndelivered(status: QueueReconcilerStatus): Promise<void> {
    const { at, steps, workers } = await jobs.sentSteps(limit);
    status.cutoff = at;
    const { startRequired } = changeset({ exports: [], steps, workers }, at, terms);
    if (startRequired.length === 0) return;
    const lost = await options.undelivered(startRequired);
    const there = startRequired.filter((step) => !lost.includes(step));
    const { returned } = await jobs.resolve({ lost, there });
    status.returned = returned;
    if (returned > 0) onReturned('message', returned);
  }

  async function mend(status: QueueReconcilerStatus): Promise<void> {
    const { steps, lost } = await jobs.mend(LIVE_STEPS);
    status.mended = steps;
    if (steps > 0) onReturned('missing', steps);
    for (const exportId of lost) {
      status.lost.push(exportId);
      onLost(exportId);
    }
  }

  return {
    name,
    description:
      'puts steps back into the queue when their message was lost, and repairs the sets of waiting steps',
    periodSecs: 60,
    newStatus: () => ({ limit, returned: 0, mended: 0, lost: [], errors: [] }),
    async activate(_context, status) {
      // One that fails keeps nothing from the other.
      await returnUndelivered(status).catch((error: unknown) => failItem(status, 'messages', error));
      await mend(status).catch((error: unknown) => failItem(status, 'sets', error));
    },
    level: ({ returned, mended, lost }) => (returned + mended + lost.length > 0 ? 'warn' : 'debug'),
  };
}
