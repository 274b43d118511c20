import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { shownJob } from './shown-job.js';
import type { JobMembers } from './shown-job.js';

/** A queue of BullMQ. */
export type BullQueue = ConstructorParameters<typeof BullMQAdapter>[0];

/** Most jobs of each state that the board is given at a time, whatever an address asks for. Its own pages have 50 at most. */
const MOST_JOBS = 100;

/** Gives the board jobs that say no more than `shownJob` lets through, on every way by which it reads them. */
export class RedactingAdapter extends BullMQAdapter {
  override async getJob(id: string) {
    const job = await super.getJob(id);
    return job === undefined ? undefined : redacted(job);
  }

  /** Without an end, the board reads all jobs for an action of an operator. */
  override async getJobs(...[states, start, end]: Parameters<BullMQAdapter['getJobs']>) {
    const last = end === undefined ? undefined : Math.min(end, (start ?? 0) + MOST_JOBS - 1);
    const jobs = await super.getJobs(states, start, last);
    return jobs.map(redacted);
  }

  override async getJobSchedulers() {
    const schedulers = await super.getJobSchedulers();
    // The template is the message of the next run.
    return schedulers.map(({ template: _, ...scheduler }) => scheduler);
  }

  /** Millrace writes no logs into jobs. */
  override async getJobLogs(): Promise<string[]> {
    return [];
  }

  /** Millrace has no flows, and the board would read their jobs past this adapter. */
  override async getFlowProducer(): Promise<null> {
    return null;
  }
}

type BullJob = Awaited<ReturnType<BullMQAdapter['getJobs']>>[number];

/** The same job, which can be retried, with another text of itself. */
function redacted(job: BullJob): BullJob {
  const members: JobMembers = { ...job.toJSON() };
  return Object.assign(job, { toJSON: () => shownJob(members) });
}
