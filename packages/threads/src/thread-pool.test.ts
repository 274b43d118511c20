import { afterEach, describe, expect, test } from '@jest/globals';
import { ThreadCrashedError, ThreadOverdueError, BusyError } from './errors.js';
import { createThreadPool } from './thread-pool.js';
import type { PoolTerms, ThreadPool } from './thread-pool.js';

/** Does what each task says, and tells as which of its thread's tasks. */
const THREAD = `
import { parentPort } from 'node:worker_threads';
let tasks = 0;
const say = (message) => parentPort.postMessage(message);
parentPort.on('message', ({ task: { what, at } }) => {
  tasks += 1;
  if (at !== undefined) say({ kind: 'at', at });
  switch (what) {
    case 'answer': return say({ kind: 'done', answer: tasks });
    case 'fail': return say({ kind: 'failed', error: new RangeError('no such thing') });
    case 'spin': for (;;);
    case 'grow': for (const kept = [];;) kept.push(new Array(1e6).fill(Math.random()));
    case 'exit': return process.exit(1);
    case 'idle': return;
  }
});
say({ kind: 'ready' });
`;

interface Task {
  readonly what: 'answer' | 'fail' | 'spin' | 'grow' | 'exit' | 'idle';
  readonly at?: number;
}

let pool: ThreadPool<Task, number> | undefined;
afterEach(async () => {
  await pool?.[Symbol.asyncDispose]();
  pool = undefined;
});

function open(more: Partial<PoolTerms> = {}): ThreadPool<Task, number> {
  const thread = new URL(`data:text/javascript,${encodeURIComponent(THREAD)}`);
  const terms = { limitMs: 300, heapMb: 32, size: 1, mostWaiting: 10, patienceMs: 60_000 };
  pool = createThreadPool<Task, number>({ thread, ...terms, ...more });
  return pool;
}

const answer = { what: 'answer' } as const;

describe('a pool of threads', () => {
  test('gives a thread one task after the other, in the order of the calls', async () => {
    const { run } = open();
    expect(await Promise.all([run(answer), run(answer), run(answer)])).toEqual([1, 2, 3]);
    await expect(run({ what: 'fail' })).rejects.toMatchObject({
      name: 'RangeError',
      message: 'no such thing',
    });
    expect(await run(answer)).toBe(5);
  });

  test('ends a thread that spins, says how far its task came, and goes on with another thread', async () => {
    const { run } = open();
    const overdue = run({ what: 'spin', at: 7 });
    const next = run(answer);
    await expect(overdue).rejects.toMatchObject({ name: 'ThreadOverdueError', limitMs: 300, at: 7 });
    expect(await next).toBe(1);
  });

  test('ends a thread that waits for nothing, too', async () => {
    const { run } = open();
    await expect(run({ what: 'idle' })).rejects.toBeInstanceOf(ThreadOverdueError);
    expect(await run(answer)).toBe(1);
  });

  test('outlives a thread that takes too much memory, or ends', async () => {
    const { run } = open({ limitMs: 60_000 });
    await expect(run({ what: 'grow', at: 3 })).rejects.toMatchObject({ outOfMemory: true, at: 3 });
    await expect(run({ what: 'exit' })).rejects.toMatchObject({
      name: 'ThreadCrashedError',
      outOfMemory: false,
    });
    expect(await run(answer)).toBe(1);
  });

  test('refuses a task at once when enough wait, and those that have waited too long', async () => {
    const { run } = open({ limitMs: 60_000, mostWaiting: 1, patienceMs: 300 });
    const spinning = run({ what: 'spin' }).catch((error: unknown) => error);
    const patient = run(answer);
    await expect(run(answer)).rejects.toBeInstanceOf(BusyError);
    await expect(patient).rejects.toBeInstanceOf(BusyError);
    await pool?.[Symbol.asyncDispose]();
    expect(await spinning).toBeInstanceOf(ThreadCrashedError);
  });

  test('does not start a thread over and over that cannot start', async () => {
    const { run } = open({ thread: new URL('data:text/javascript,throw new Error("broken")') });
    await expect(run(answer)).rejects.toBeInstanceOf(ThreadCrashedError);
    await expect(run(answer)).rejects.toBeInstanceOf(ThreadCrashedError);
  });
});
