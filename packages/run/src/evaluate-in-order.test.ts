import { expect, test } from '@jest/globals';
import type { Source } from '@millrace/storage';
import { evaluateInOrder } from './evaluate-in-order.js';
import type { EncodedPart, TaskList } from './evaluate-in-order.js';
import type { RangeTask } from './range/range-task.js';
import { poolHere } from './testing/pool-here.js';
import { patient, source, taskFor } from './testing/run-range.js';
import type { EnginePool } from './threads/engine-pool.js';

const LIMITS = { rangesAtOnce: 3, waitingBytes: 1e9 };
const NEVER = new AbortController().signal;

/** Tasks over a file each, of one patient. */
async function tasksOver(count: number): Promise<{ from: Source; tasks: TaskList }> {
  const names = Array.from({ length: count }, (_, n) => `${n}.Patient.ndjson`);
  const from = await source(Object.fromEntries(names.map((name, n) => [name, `${patient(`p${n}`)}\n`])));
  const inputs = await from.list('Patient');
  const tasks = inputs.map((input, n): RangeTask => ({ ...taskFor(input), partPrefix: `${n}/` }));
  return { from, tasks: { count, at: async (place) => tasks[place] } };
}

function collect(): { text(): string; add(parts: readonly EncodedPart[]): Promise<void> } {
  const chunks: Uint8Array[] = [];
  return {
    text: () => Buffer.concat(chunks).toString(),
    add: async (parts) => void chunks.push(...parts.flatMap((part) => part.chunks)),
  };
}

/** A gate that opens when told to. */
function gate(): { readonly passed: Promise<void>; open(): void } {
  let open: () => void = () => undefined;
  const passed = new Promise<void>((resolve) => (open = resolve));
  return { passed, open: () => open() };
}

/** Holds the first task until the gate is open, and tells of each task that is begun or ended. */
function holdingFirst(pool: Pick<EnginePool, 'run'>, first: Promise<void>, onEnd: () => void) {
  const begun: string[] = [];
  const held: Pick<EnginePool, 'run'> = {
    async run(task, watch) {
      begun.push(task.partPrefix);
      if (task.partPrefix === '0/') await first;
      const summary = await pool.run(task, watch);
      onEnd();
      return summary;
    },
  };
  return { begun, pool: held };
}

test('rows come in the order of the tasks, although the first one ends last', async () => {
  const { from, tasks } = await tasksOver(6);
  const first = gate();
  let ended = 0;
  const { pool } = holdingFirst(poolHere(from), first.passed, () => (ended += 1) === 5 && first.open());
  const rows = collect();
  const finished = await evaluateInOrder(pool, tasks, LIMITS, rows.add, NEVER);
  expect(rows.text().match(/p\d/g)).toEqual(['p0', 'p1', 'p2', 'p3', 'p4', 'p5']);
  expect(finished.map(({ resources }) => resources)).toEqual([1, 1, 1, 1, 1, 1]);
});

test('a task with nothing to do takes no thread, and keeps its place', async () => {
  const { from, tasks } = await tasksOver(3);
  const without: TaskList = { count: 3, at: async (place) => (place === 1 ? undefined : tasks.at(place)) };
  const rows = collect();
  const finished = await evaluateInOrder(poolHere(from), without, LIMITS, rows.add, NEVER);
  expect(rows.text().match(/p\d/g)).toEqual(['p0', 'p2']);
  expect(finished.map(({ resources }) => resources)).toEqual([1, 0, 1]);
});

test('a thread waits with its rows, and takes no other task, when too much waits already', async () => {
  const { from, tasks } = await tasksOver(6);
  const first = gate();
  let ended = 0;
  const { pool, begun } = holdingFirst(poolHere(from), first.passed, () => {
    ended += 1;
    // A range that may begin has begun by the next turn of the event loop.
    if (ended === 2) setImmediate(() => setImmediate(() => (atMost.push(...begun), first.open())));
  });
  const atMost: string[] = [];
  const rows = collect();
  await evaluateInOrder(pool, tasks, { rangesAtOnce: 3, waitingBytes: 0 }, rows.add, NEVER);
  expect(atMost).toEqual(['0/', '1/', '2/']);
  expect(rows.text().match(/p\d/g)).toHaveLength(6);
});

test('a task that fails ends the others, and its error is that of all', async () => {
  const { tasks } = await tasksOver(4);
  const stopped: unknown[] = [];
  const pool: Pick<EnginePool, 'run'> = {
    run(task, watch) {
      if (task.partPrefix === '1/') return Promise.reject(new Error('line 7 is broken'));
      return new Promise((_, reject) =>
        watch.stop.addEventListener('abort', () => {
          stopped.push(task.partPrefix);
          reject(watch.stop.reason as Error);
        }),
      );
    },
  };
  const run = evaluateInOrder(pool, tasks, LIMITS, collect().add, NEVER);
  await expect(run).rejects.toThrow('line 7 is broken');
  expect(stopped).toEqual(['0/', '2/']);
});

test('a task that waits with its rows is let go when the rows before it cannot be written', async () => {
  const { from, tasks } = await tasksOver(4);
  const run = evaluateInOrder(
    poolHere(from),
    tasks,
    { rangesAtOnce: 4, waitingBytes: 0 },
    () => Promise.reject(new Error('the reader is gone')),
    NEVER,
  );
  await expect(run).rejects.toThrow('the reader is gone');
});

test('a task that ends after the run has failed is not waited for with its rows', async () => {
  const { from, tasks } = await tasksOver(2);
  const failed = gate();
  const here = poolHere(from);
  const pool: Pick<EnginePool, 'run'> = {
    async run(task, watch) {
      // As a thread does that was done before it heard of the stop.
      if (task.partPrefix === '1/') await failed.passed;
      return here.run(task, { ...watch, stop: NEVER });
    },
  };
  const add = (): Promise<void> => {
    setImmediate(failed.open);
    return Promise.reject(new Error('the reader is gone'));
  };
  const run = evaluateInOrder(pool, tasks, { rangesAtOnce: 2, waitingBytes: 0 }, add, NEVER);
  await expect(run).rejects.toThrow('the reader is gone');
});

test('nothing is begun after the signal, and its reason is the error', async () => {
  const { from, tasks } = await tasksOver(4);
  const interrupt = new AbortController();
  const first = gate();
  const { pool, begun } = holdingFirst(poolHere(from), first.passed, () => undefined);
  const limits = { rangesAtOnce: 1, waitingBytes: 0 };
  const run = evaluateInOrder(pool, tasks, limits, collect().add, interrupt.signal);
  interrupt.abort(new Error('interrupted'));
  first.open();
  await expect(run).rejects.toThrow('interrupted');
  expect(begun).toEqual(['0/']);
});
