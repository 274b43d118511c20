import { expect, test } from '@jest/globals';
import type { RangeTask } from '../engine/range-task.js';
import { createEnginePool } from './engine-pool.js';

/** Is ready when the gate is opened; says of each task how many it was given. */
const THREAD = `
import { parentPort, workerData } from 'node:worker_threads';
Atomics.wait(new Int32Array(workerData.setup), 0, 0);
let tasks = 0;
parentPort.on('message', ({ kind }) => {
  if (kind === 'run') parentPort.postMessage({ kind: 'done', summary: { resources: (tasks += 1) } });
});
parentPort.postMessage({ kind: 'ready' });
`;

test('a task is stopped while its thread still starts: it ends at once, and the thread takes the next one', async () => {
  const gate = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  await using pool = createEnginePool(1, {
    thread: new URL(`data:text/javascript,${encodeURIComponent(THREAD)}`),
    setup: gate,
    sink: { abort: async () => undefined },
    // Nothing is to be terminated.
    stopGraceMs: 3_600_000,
    maxHeapMb: 64,
  });
  const task = {} as RangeTask;
  const watch = (stop: AbortSignal) => ({
    ...{ stop, finishAtCut: new AbortController().signal },
    onCut: async () => undefined,
  });
  const cancelled = new AbortController();
  const first = pool.run(task, watch(cancelled.signal));
  cancelled.abort(new Error('cancelled'));
  await expect(first).rejects.toThrow('cancelled');

  const second = pool.run(task, watch(new AbortController().signal));
  Atomics.store(new Int32Array(gate), 0, 1);
  Atomics.notify(new Int32Array(gate), 0);
  expect((await second).resources).toBe(1);
  expect((await pool.run(task, watch(new AbortController().signal))).resources).toBe(2);
});
