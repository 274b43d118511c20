import { expect, test } from '@jest/globals';
import { everyTick } from './lived-time.js';

test('time in which the process did not run is not counted', async () => {
  const looks: number[] = [];
  let looked: () => void = () => undefined;
  const ticks = everyTick((livedMs) => {
    looks.push(livedMs);
    looked();
  });
  const look = () => new Promise<void>((resolve) => (looked = resolve));
  await look();
  // As SIGSTOP does, for this thread.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1500);
  await look();
  await look();
  ticks.end();
  expect(looks.length).toBeGreaterThanOrEqual(3);
  for (const livedMs of looks) expect(livedMs).toBeLessThanOrEqual(500);
});
