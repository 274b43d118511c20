import { expect, test } from '@jest/globals';
import { taskFor } from '../testing/run-range.js';
import { besideThreads } from './beside-threads.js';
import type { EnginePool } from './engine-pool.js';
import type { TaskWatch } from './task-watch.js';

const NEVER = new AbortController().signal;
const watch: TaskWatch = { onCut: async () => undefined, stop: NEVER, finishAtCut: NEVER };

const task = taskFor({ key: 'Patient.ndjson', bytes: 1, compression: 'none', version: '1' });

/** Engines whose tasks end when they are told to. */
function held(ends: (() => void)[]): Pick<EnginePool, 'run' | 'size'> {
  return {
    size: 2,
    run: () => new Promise((resolve) => ends.push(() => resolve({ resources: 0, rows: 0, engines: [] }))),
  };
}

test('this thread has one task at a time, the others go to threads', async () => {
  const [here, threads]: (() => void)[][] = [[], []];
  const engines = besideThreads(held(here ?? []), held(threads ?? []));
  expect(engines.size).toBe(2);
  const first = engines.run(task, watch);
  const second = engines.run(task, watch);
  expect([here?.length, threads?.length]).toEqual([1, 1]);
  here?.[0]?.();
  await first;
  void engines.run(task, watch);
  expect([here?.length, threads?.length]).toEqual([2, 1]);
  threads?.[0]?.();
  await second;
});

test('a task that fails leaves this thread free for the next one', async () => {
  let begun = 0;
  const here = {
    run: async () => {
      begun += 1;
      throw new Error('broken');
    },
  };
  const engines = besideThreads(here, held([]));
  await expect(engines.run(task, watch)).rejects.toThrow('broken');
  await expect(engines.run(task, watch)).rejects.toThrow('broken');
  expect(begun).toBe(2);
});
