import { changeset } from '@millrace/export';
import type { CensusReads, LifecycleTerms, Upkeep } from '@millrace/export';
import type { BackgroundTask, TaskStatus } from '../background-task.js';
import { checkLimit } from '../task-limit.js';

export interface LeaseReaperStatus extends TaskStatus {
  /** Steps that wait again. */
  reclaimed: number;
}

/** Steps that one activation looks at: those in doubt come first. */
const SENT_STEPS = 1_000;

/**
 * Lets steps wait again whose lease has ended, or whose worker is gone.
 *
 * @throws TaskLimitError
 */
export function createLeaseReaper(options: {
  readonly jobs: CensusReads & Pick<Upkeep, 'takeBack'>;
  readonly terms: LifecycleTerms;
  readonly maxReclaimedPerActivation: number;
  /** Told how many steps wait again, when there are any. */
  readonly onReclaimed: (steps: number) => void;
}): BackgroundTask<LeaseReaperStatus> {
  const { jobs, terms, maxReclaimedPerActivation: limit, onReclaimed } = options;
  const name = 'lease_reaper';
  checkLimit(name, 'maxReclaimedPerActivation', limit);
  return {
    name,
    description: 'puts steps back into the queue when their lease has ended or their worker is gone',
    periodSecs: 15,
    newStatus: () => ({ limit, reclaimed: 0, errors: [] }),
    async activate(_context, status) {
      // Leases go by the clock of Redis, not by the clock of the other tasks.
      const { at, steps, workers } = await jobs.sentSteps(SENT_STEPS);
      status.cutoff = at;
      const { reclaimRequired, faults } = changeset({ exports: [], steps, workers }, at, terms);
      for (const fault of faults) status.errors.push(fault);
      if (reclaimRequired.length === 0) return;
      const { returned } = await jobs.takeBack(reclaimRequired.slice(0, limit));
      status.reclaimed = returned;
      if (returned > 0) onReclaimed(returned);
    },
    level: ({ reclaimed }) => (reclaimed > 0 ? 'warn' : 'debug'),
  };
}
