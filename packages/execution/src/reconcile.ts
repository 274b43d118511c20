import { resumeDecision } from './decide-outcome.js';
import type { ExecutionPorts } from './ports.js';

/** Dispatched steps that are looked at in one call. */
const WINDOW_STEPS = 100;
/** Steps that are compared with the sets in one call: it holds Redis for about three milliseconds. */
const LIVE_STEPS = 500;
/** A decider writes one small object; after this it counts as dead. Doing its work twice is safe. */
const DECIDING_MS = 30_000;

/**
 * Finds what was lost between the job store, the queue and the workers, and lets it go on: steps whose worker or
 * message is gone, steps that no set names, decisions that nobody ends. Bounded, and safe in many processes at the same
 * time. What fails is an event, and does not keep the rest from being done.
 */
export async function reconcile(ports: ExecutionPorts): Promise<void> {
  const { jobs, events } = ports;
  const attempt = async (part: string, work: () => Promise<void>): Promise<void> => {
    await work().catch((err: unknown) => events.reconcileFailed({ part, err }));
  };
  await attempt('window', () => returnLostSteps(ports));
  await attempt('live exports', async () => {
    const { steps, undecided, lost } = await jobs.mend(LIVE_STEPS, DECIDING_MS);
    if (steps > 0) events.stepsReturned({ reason: 'missing', steps });
    for (const exportId of lost) events.recordLost({ exportId });
    for (const exportId of undecided) await attempt('decision', () => endDecision(ports, exportId));
  });
  ports.dispatcher.nudge();
}

async function returnLostSteps({ jobs, queue, events }: ExecutionPorts): Promise<void> {
  const { returned: expired, silent } = await jobs.reclaim(WINDOW_STEPS);
  if (expired > 0) events.stepsReturned({ reason: 'lease', steps: expired });
  if (silent.length === 0) return;
  const lost = await queue.undelivered(silent);
  const there = silent.filter((step) => !lost.includes(step));
  const { returned } = await jobs.resolve({ lost, there });
  if (returned > 0) events.stepsReturned({ reason: 'message', steps: returned });
}

async function endDecision(ports: ExecutionPorts, exportId: string): Promise<void> {
  const record = await ports.jobs.read(exportId);
  if (record !== undefined) await resumeDecision(ports, record);
}
