import type { Queue } from 'bullmq';

/** The counts of the queue. */
export interface QueueReading {
  readonly queue: string;
  /** Messages by state. */
  readonly jobs: {
    readonly waiting: number;
    readonly active: number;
    readonly delayed: number;
    readonly failed: number;
  };
  /** Age of the message that is to be delivered next; 0 when none waits. */
  readonly oldestWaitingSeconds: number;
  readonly paused: boolean;
}

export async function readQueue(queue: Queue): Promise<QueueReading> {
  const [counts, [oldest], paused] = await Promise.all([
    queue.getJobCounts('wait', 'active', 'delayed', 'failed'),
    queue.getJobs(['wait'], 0, 0, true),
    queue.isPaused(),
  ]);
  const { wait = 0, active = 0, delayed = 0, failed = 0 } = counts;
  return {
    queue: queue.name,
    jobs: { waiting: wait, active, delayed, failed },
    oldestWaitingSeconds: oldest === undefined ? 0 : Math.max(0, Date.now() - oldest.timestamp) / 1_000,
    paused,
  };
}
