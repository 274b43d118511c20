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

test('only time in which a processor was at work can have been spent on work', async () => {
  let looked: (workedMs: number) => void = () => undefined;
  const ticks = everyTick((_livedMs, workedMs) => looked(workedMs));
  const look = () => new Promise<number>((resolve) => (looked = resolve));
  await look();
  // This thread waits, as it does when other processes have the processors.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 400);
  const waited = await look();
  const begin = process.cpuUsage();
  while (process.cpuUsage(begin).user < 400_000);
  const worked = await look();
  ticks.end();
  expect(worked).toBeGreaterThanOrEqual(300);
  expect(waited).toBeLessThan(worked);
});
