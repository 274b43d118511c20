import { describe, expect, test } from '@jest/globals';
import { openWorld } from './world.js';

const SLOTS = 2;
/** What is on its way when the small export comes: the window, and its plan's turn. */
const AHEAD = 2 * SLOTS;

describe.each([
  ['the same tenant', 'default'],
  ['another tenant', 'small'],
])('an export of 5 shards, kicked off after one of 2,000 of %s', (_, tenant) => {
  test('is done after a few of the shards of the large one, which is then done too', async () => {
    const order: string[] = [];
    let small: Promise<string> | undefined;
    await using world = await openWorld({
      runShard: async (exportId) => {
        order.push(exportId);
        // The small one comes in the middle of the large one.
        if (order.length === 20) small = world.kickOff(5, tenant);
      },
    });
    await world.work(SLOTS);
    const large = await world.kickOff(2_000);
    expect(await world.outcome(large)).toBe('completed');
    const id = (await small) ?? '';
    expect(await world.outcome(id)).toBe('completed');

    expect(order.filter((one) => one === large)).toHaveLength(2_000);
    const positions = order.flatMap((one, at) => (one === id ? [at] : []));
    expect(positions).toHaveLength(5);
    // Its plan and each of its shards take turns with the large one, from behind what was on its way.
    expect(positions.at(-1)).toBeLessThan(20 + 4 * AHEAD + 2 * 5);
  }, 60_000);
});

test('a tenant at its cap leaves slots to others, and is never over it', async () => {
  const running = new Map<string, number>();
  const most = new Map<string, number>();
  let small: Promise<string> | undefined;
  await using world = await openWorld({
    limits: { tenantSteps: 2 },
    runShard: async (exportId) => {
      small ??= world.kickOff(30, 'other');
      running.set(exportId, (running.get(exportId) ?? 0) + 1);
      most.set(exportId, Math.max(most.get(exportId) ?? 0, running.get(exportId) ?? 0));
      await new Promise((resolve) => setImmediate(resolve));
      running.set(exportId, (running.get(exportId) ?? 0) - 1);
    },
  });
  await world.work(6);
  const large = await world.kickOff(60);
  expect(await world.outcome(large)).toBe('completed');
  expect(await world.outcome((await small) ?? '')).toBe('completed');
  for (const shards of most.values()) expect(shards).toBeLessThanOrEqual(2);
}, 60_000);
