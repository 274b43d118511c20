import { describe, expect, test } from '@jest/globals';
import { until } from '../until.js';
import { openWorld, type World } from './world.js';

/** Short, so that a silent step is asked about soon. */
const limits = { deliveryMs: 50 };

/** Repairs until the export has ended. */
async function outcomeAfterRepairs(world: World, id: string): Promise<string> {
  return until(async () => {
    await world.recover();
    const record = await world.jobs.read(id);
    return record?.expiresAt === undefined ? undefined : record.state;
  });
}

async function window(world: World): Promise<number> {
  return (await world.jobs.backlog()).window;
}

describe('an export goes on to its end', () => {
  test('when somebody removed its messages', async () => {
    await using world = await openWorld({ limits });
    const id = await world.kickOff(3);
    await until(async () => (await world.queue.read()).jobs.waiting === 1);
    await world.queue.bull().obliterate({ force: true });
    await world.work(2);
    expect(await outcomeAfterRepairs(world, id)).toBe('completed');
    expect(await world.metrics.registry.metrics()).toContain(
      'millrace_steps_returned_total{reason="message",service="test"} 1',
    );
  });

  test('when its messages have failed: each is sent again under the id of the next round', async () => {
    await using world = await openWorld({ limits });
    const id = await world.kickOff(0);
    const failed = await until(async () => {
      const job = await world.queue.bull().getJob(`${id}.plan.0`);
      return job ?? undefined;
    });
    // A message of the same id that is kept among the failed ones.
    await failed.remove();
    await world.queue.bull().add('step', { exportId: id, step: 'dance' }, { jobId: `${id}.plan.0` });
    await world.work(1);
    expect(await outcomeAfterRepairs(world, id)).toBe('completed');
    expect(await world.queue.bull().getJobState(`${id}.plan.0`)).toBe('failed');
  });

  test('when the dispatching process died before it sent the messages', async () => {
    await using world = await openWorld({ limits });
    const id = await world.kickOff(4);
    await world.dispatcher.close();
    await world.queue.bull().obliterate({ force: true });
    expect(await window(world)).toBe(1);
    await world.work(2);
    expect(await outcomeAfterRepairs(world, id)).toBe('completed');
  });

  test('when a worker died that held a step, also when the queue still believes in it', async () => {
    await using world = await openWorld({ limits });
    const id = await world.kickOff(2);
    await world.dispatcher.close();
    const dead = { nonce: 'dead', worker: 'dead', leaseMs: 30, maxAttempts: 3 };
    await world.jobs.claim({ exportId: id, step: 'plan' }, dead);
    await until(async () => {
      await world.recover();
      return await world.queue.bull().getJob(`${id}.plan.1`);
    });
    await world.work(2);
    expect(await outcomeAfterRepairs(world, id)).toBe('completed');
  });

  test('when every set that orders its steps was removed', async () => {
    await using world = await openWorld({ limits });
    const id = await world.kickOff(3);
    await world.dispatcher.close();
    for (const key of ['window', 'queued', 'tenants', 't:default', `x:${id}:q`]) {
      await world.redis.del(`${world.prefix}:${key}`);
    }
    await world.queue.bull().obliterate({ force: true });
    await world.work(2);
    expect(await outcomeAfterRepairs(world, id)).toBe('completed');
  });

  test.each([1, 5])('when %d processes do so at the same time', async (processes) => {
    let shards = 0;
    await using world = await openWorld({
      limits,
      runShard: async () => {
        shards += 1;
      },
    });
    const id = await world.kickOff(30);
    await world.work(3);
    await until(async () => {
      await Promise.all(Array.from({ length: processes }, () => world.recover()));
      return (await world.jobs.read(id))?.state === 'completed';
    });
    expect(shards).toBe(30);
  });
});

describe('an export ends with its reason', () => {
  test.each(['plan', 'shard-1', 'finalize'] as const)('when the hash of %s was removed', async (step) => {
    await using world = await openWorld({ limits });
    const id = await world.kickOff(step === 'finalize' ? 0 : 3);
    await world.dispatcher.close();
    if (step !== 'plan') {
      const by = { nonce: 'n', worker: 'w', leaseMs: 60_000, maxAttempts: 3 };
      const claimed = await world.jobs.claim({ exportId: id, step: 'plan' }, by);
      if (claimed.kind !== 'claimed') throw new Error(claimed.kind);
      const shards = step === 'finalize' ? [] : [0, 0, 0];
      const complete = { stages: step === 'finalize' ? [] : [3], bytesTotal: 0 };
      await world.jobs.planSlice(claimed.lease, { first: 0, starts: shards, complete });
    }
    await world.redis.del(`${world.prefix}:x:${id}:s:${step}`);
    await world.work(1);
    expect(await outcomeAfterRepairs(world, id)).toBe('failed');
    expect((await world.jobs.read(id))?.failure).toMatchObject({
      status: 500,
      diagnostics: step === 'shard-1' ? expect.any(String) : expect.stringContaining(step),
    });
  });

  test('when its decider died, and no message is left', async () => {
    await using world = await openWorld({ limits });
    const id = await world.kickOff(3);
    await world.jobs.decide(id, { outcome: 'cancelled', nonce: 'dead' });
    await world.redis.hincrby(`${world.prefix}:x:${id}`, 'endedAt', -60_000);
    await world.recover();
    expect((await world.jobs.read(id))?.state).toBe('cancelled');
  });
});

test('one task that fails is told, and the others are done', async () => {
  await using world = await openWorld({ limits });
  const id = await world.kickOff(3);
  await world.dispatcher.close();
  await world.jobs.decide(id, { outcome: 'cancelled', nonce: 'dead' });
  await world.redis.hincrby(`${world.prefix}:x:${id}`, 'endedAt', -60_000);
  await world.redis.del(`${world.prefix}:place`);
  await world.redis.set(`${world.prefix}:place`, 'no hash');
  expect(await world.recover()).toEqual([expect.stringMatching(/^sets: /)]);
  expect((await world.jobs.read(id))?.state).toBe('cancelled');
});
