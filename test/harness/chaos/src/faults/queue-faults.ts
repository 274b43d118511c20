import { shardStepId } from '@millrace/export';
import type { StepId, StepRef } from '@millrace/export';
import { comesTrue } from '../stack/until.js';
import type { Fault, FaultScene } from './fault.js';

/** Rounds above those that the product uses; each delivery needs one of its own. */
const FIRST_ROUND = 1_000_000;
const COPIES = 3;
const FINALIZE_WAIT_MS = 8_000;
const FINALIZE_POLL_MS = 10;

/** Sends messages for steps that other workers have: a queue promises delivery at least once. */
export const doubleDelivery: Fault = async (scene, { chance }) => {
  const steps = await openSteps(scene, chance);
  if (steps.length === 0) return false;
  return deliver(scene, steps);
};

/** Several workers are told to finalize at the moment when the last shard is done. */
export const doubleFinalize: Fault = async (scene, { chance }) => {
  let due: StepRef | undefined;
  await comesTrue(
    async () => {
      const running = scene.running();
      const exportId = running[Math.floor(chance * running.length)];
      if (exportId === undefined) return false;
      const record = await scene.stack.jobs.read(exportId).catch(() => undefined);
      if (record?.shardsTotal === undefined || record.shardsDone !== record.shardsTotal) return false;
      due = { exportId, step: 'finalize' };
      return true;
    },
    FINALIZE_WAIT_MS,
    FINALIZE_POLL_MS,
  );
  return due !== undefined && deliver(scene, [due]);
};

/** A hand that deletes messages from the queue. Something must notice that steps have none. */
export const loseMessages: Fault = async ({ stack: { queue } }) => {
  try {
    const jobs = await queue.bull().getJobs(['wait', 'delayed', 'prioritized']);
    const lost = await Promise.all(
      jobs.map((job) =>
        job.remove().then(
          () => true,
          // Some worker has just taken it.
          () => false,
        ),
      ),
    );
    return lost.includes(true);
  } catch {
    return false;
  }
};

/** Deletes the record of a running export, as if by hand. The export must still end, if only as failed. */
export const forgetExport: Fault = async ({ stack, running, excuse }, { chance }) => {
  const ids = running();
  const id = ids[Math.floor(chance * ids.length)];
  if (id === undefined) return false;
  excuse(id);
  return stack.state.forget(id).then(
    () => true,
    () => false,
  );
};

async function openSteps({ stack, running }: FaultScene, chance: number): Promise<StepRef[]> {
  const ids = running();
  const exportId = ids[Math.floor(chance * ids.length)];
  if (exportId === undefined) return [];
  const record = await stack.jobs.read(exportId).catch(() => undefined);
  if (record === undefined) return [];
  const steps: StepId[] = [
    'plan',
    ...Array.from({ length: record.shardsTotal ?? 0 }, (_, n) => shardStepId(n)),
  ];
  return steps.map((step) => ({ exportId, step }));
}

async function deliver({ stack, random }: FaultScene, steps: readonly StepRef[]): Promise<boolean> {
  const first = FIRST_ROUND + random.between(0, FIRST_ROUND) * COPIES;
  try {
    for (let copy = 0; copy < COPIES; copy += 1) {
      await stack.queue.enqueue(steps.map((step) => ({ ...step, round: first + copy })));
    }
    return true;
  } catch {
    // Redis is away: nothing was delivered.
    return false;
  }
}
