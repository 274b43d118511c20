import { shardIndex } from '@millrace/export';
import type { Random } from '../random.js';
import { comesTrue } from '../stack/until.js';
import type { WorkerPlace } from '../stack/start-breakable-stack.js';
import type { HeldShard } from '../stack/working-state.js';
import { toOneOf } from './fault.js';
import type { Fault, FaultScene } from './fault.js';

const LOOK_MS = 4_000;
const TAKEN_OVER_MS = 12_000;
const POLL_MS = 10;

/**
 * Stops the very worker that has a shard, waits until another one has taken the shard and committed more of
 * it, and lets the first go on at that moment: all its writes come too late, while the shard is open.
 */
export const zombieWorker: Fault = async (scene, { chance }) => {
  let held: HeldShard | undefined;
  await comesTrue(
    async () => {
      held = await heldShard(scene).catch(() => undefined);
      return held !== undefined;
    },
    LOOK_MS,
    POLL_MS,
  );
  if (held === undefined) return false;
  const shard = held;
  const owner = scene.stack.workers.filter(({ service }) => shard.worker.startsWith(`${service.name}-`));
  const victims = owner.map((place) => ({ ...place, reserve: () => place.service.reserve() }));
  return toOneOf(victims, chance, async (place) => {
    const goOn = stopWorker(place, scene.random);
    await comesTrue(() => isTakenOver(scene, shard), TAKEN_OVER_MS, POLL_MS);
    goOn();
  });
};

/** Some shard that is being worked on and has cuts already. */
async function heldShard({ stack, running }: FaultScene): Promise<HeldShard | undefined> {
  for (const exportId of running()) {
    const record = await stack.jobs.read(exportId);
    for (let index = 0; index < (record?.shardsTotal ?? 0); index += 1) {
      const shard = await stack.state.shard(exportId, index);
      if (shard !== undefined) return shard;
    }
  }
  return undefined;
}

/** Frozen, or away from Redis with all that it sends kept on the way. */
function stopWorker({ service, line }: WorkerPlace, random: Random): () => void {
  if (random.next() < 0.3) {
    service.signal('SIGSTOP');
    return () => service.signal('SIGCONT');
  }
  line.cut('silent');
  return () => line.mend();
}

/** Or done, which is too late. Redis may be away for a while: that says nothing. */
async function isTakenOver({ stack, running }: FaultScene, before: HeldShard): Promise<boolean> {
  if (!running().includes(before.exportId)) return true;
  const index = shardIndex(before.step) ?? 0;
  const shard = await stack.state.shard(before.exportId, index).catch(() => before);
  return shard === undefined || (shard.worker !== before.worker && shard.cuts > before.cuts);
}
