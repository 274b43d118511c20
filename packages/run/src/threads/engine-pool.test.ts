import { expect, test } from '@jest/globals';
import type { RangeTask } from '../range/range-task.js';
import { createEnginePool } from './engine-pool.js';
import type { EnginePool } from './engine-pool.js';
import type { TaskWatch } from './task-watch.js';

/** Is ready when the gate is opened; says of each task how many it was given. Never ends one with views. */
const THREAD = `
import { parentPort, workerData } from 'node:worker_threads';
Atomics.wait(new Int32Array(workerData.setup), 0, 0);
let tasks = 0;
function postPart() {
  parentPort.postMessage({ kind: 'part', key: 'k', chunks: [] });
  parentPort.postMessage({ kind: 'stopped' });
}
parentPort.on('message', ({ kind, task }) => {
  if (kind === 'describe') parentPort.postMessage({ kind: 'described', facts: [] });
  else if (task?.source === 'posting') postPart();
  else if (kind === 'run' && task.views === undefined) parentPort.postMessage({ kind: 'done', summary: { resources: (tasks += 1) } });
});
parentPort.postMessage({ kind: 'ready' });
`;

function closedGate(): SharedArrayBuffer {
  return new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
}

function openGate(gate: SharedArrayBuffer): void {
  Atomics.store(new Int32Array(gate), 0, 1);
  Atomics.notify(new Int32Array(gate), 0);
}

function createPool(size: number, gate: SharedArrayBuffer): EnginePool {
  return createEnginePool(size, {
    thread: new URL(`data:text/javascript,${encodeURIComponent(THREAD)}`),
    setup: gate,
    sink: { abort: async () => undefined },
    // Nothing is to be terminated.
    stopGraceMs: 3_600_000,
    maxHeapMb: 64,
    limits: { resourceMs: 0, viewMs: 0 },
  });
}

const task = {} as RangeTask;

function watch(stop = new AbortController().signal): TaskWatch {
  return { stop, finishAtCut: new AbortController().signal, onCut: async () => undefined };
}

test('a task is stopped while its thread still starts: it ends at once, and the thread takes the next one', async () => {
  const gate = closedGate();
  await using pool = createPool(1, gate);
  const cancelled = new AbortController();
  const first = pool.run(task, watch(cancelled.signal));
  cancelled.abort(new Error('cancelled'));
  await expect(first).rejects.toThrow('cancelled');

  const second = pool.run(task, watch());
  openGate(gate);
  expect((await second).resources).toBe(1);
  expect((await pool.run(task, watch())).resources).toBe(2);
});

test('of the idle threads, the one that was busy last gets the next task', async () => {
  const gate = closedGate();
  await using pool = createPool(3, gate);
  openGate(gate);
  expect((await pool.run(task, watch())).resources).toBe(1);
  expect((await pool.run(task, watch())).resources).toBe(2);
  expect((await pool.run(task, watch())).resources).toBe(3);
});

test('views are described while all threads are busy', async () => {
  const gate = closedGate();
  await using pool = createPool(1, gate);
  openGate(gate);
  const cancelled = new AbortController();
  const { signal: never } = new AbortController();
  const endless = pool
    .run({ views: [] } as unknown as RangeTask, watch(cancelled.signal))
    .catch(() => 'ended');
  expect(
    await pool.describe({ views: [] } as unknown as Parameters<EnginePool['describe']>[0], never),
  ).toEqual([]);
  cancelled.abort(new Error('cancelled'));
  await pool[Symbol.asyncDispose]();
  expect(await endless).toBe('ended');
});

test('a part that nobody takes fails its task, because it is stored nowhere', async () => {
  const gate = closedGate();
  await using pool = createPool(1, gate);
  openGate(gate);
  const posting = { source: 'posting' } as RangeTask;
  await expect(pool.run(posting, watch())).rejects.toThrow('was not asked for');
});
