import type { QueueReading } from './queue-reading.js';
import type { StepWorker } from './step-worker.js';

/** The facts about a worker that gets no messages although some wait. In ms. */
export type Idleness = { readonly idleMs: number; readonly waiting: number };

/**
 * Finds a worker that could take messages and gets none, while every look sees some wait: its connection is dead, and does not
 * say so. Of a paused queue nobody gets messages.
 *
 * @returns the look, to be repeated well within `patienceMs`
 */
export function createIdleLook(
  worker: Pick<StepWorker, 'idleMs'>,
  patienceMs: number,
  now: () => number = () => performance.now(),
): (reading: Pick<QueueReading, 'jobs' | 'paused'>) => Idleness | undefined {
  let waitedSince: number | undefined;
  return ({ jobs: { waiting }, paused }) => {
    if (paused || waiting === 0) {
      waitedSince = undefined;
      return undefined;
    }
    waitedSince ??= now();
    const idleMs = Math.round(Math.min(worker.idleMs, now() - waitedSince));
    return idleMs >= patienceMs ? { idleMs, waiting } : undefined;
  };
}
