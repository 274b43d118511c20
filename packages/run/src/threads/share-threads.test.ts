import { expect, test } from '@jest/globals';
import type { RangeTask } from '../range/range-task.js';
import { poolHere } from '../testing/pool-here.js';
import { patient, source, taskFor } from '../testing/run-range.js';
import { runInSlices } from './run-in-slices.js';
import { shareThreads } from './share-threads.js';
import type { RunThreads } from './share-threads.js';
import type { TaskWatch } from './task-watch.js';

type Run = RunThreads['run'];

/** A pool whose tasks end when they are told to, or when they are to finish at a cut. */
function watchedPool(size: number) {
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const run: Run = (task, watch) => {
    begun.push(task.partPrefix);
    return new Promise((resolve) => {
      const summary = { resources: 1, rows: 1, engines: [] };
      const cut = { cut: 0, from: task.from, to: task.from + 1, parts: [], bytesRead: 1, tally: {} };
      ends.set(task.partPrefix, () => resolve({ ...summary, last: cut as never }));
      watch.finishAtCut.addEventListener('abort', () => {
        void watch.onCut(cut as never).then(() => resolve(summary));
      });
    });
  };
  const pool = { size, run, describe: async () => [], findPatients: async () => ({}) as never };
  const shared = shareThreads(pool, { sliceMs: 0 });
  return { begun, shared, end: (name: string) => ends.get(name)?.() };
}

const task = (name: string): RangeTask => ({ ...taskFor({ bytes: 9 } as never), partPrefix: name });

function watch(
  stop = new AbortController().signal,
  onCut: TaskWatch['onCut'] = async () => undefined,
): TaskWatch {
  return { stop, finishAtCut: new AbortController().signal, onCut };
}

/** More than what is read at once. */
const COUNT = 50_000;

const settle = () => new Promise((resolve) => setImmediate(resolve));

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await settle();
}

test('a client with no thread has the next one, however many tasks of another one wait', async () => {
  const { begun, shared, end } = watchedPool(2);
  const [a, b] = [shared.runOf('a'), shared.runOf('b')];
  for (const name of ['a1', 'a2', 'a3', 'a4']) void a.run(task(name), watch());
  void b.run(task('b1'), watch());
  await settle();
  expect(begun).toEqual(['a1', 'a2']);
  end('a1');
  await until(() => begun.length === 3);
  expect(begun[2]).toBe('b1');
});

test('a task gives its thread to a run that has none, and goes on where it was', async () => {
  const { begun, shared, end } = watchedPool(1);
  const first = shared.runOf('a').run(task('a1'), watch());
  const second = shared.runOf('a').run(task('a2'), watch());
  await until(() => begun.includes('a2'));
  end('a2');
  await second;
  await until(() => begun.length === 3);
  expect(begun).toEqual(['a1', 'a2', 'a11-']);
  end('a11-');
  expect(await first).toMatchObject({ resources: 2, rows: 2 });
});

test('a task keeps its thread while other tasks of the same run wait', async () => {
  const { begun, shared, end } = watchedPool(1);
  const only = shared.runOf('a');
  void only.run(task('a1'), watch());
  void only.run(task('a2'), watch());
  // It would be interrupted at the next look, as the one of another run is.
  const other = watchedPool(1);
  void other.shared.runOf('a').run(task('x'), watch());
  void other.shared.runOf('b').run(task('y'), watch());
  await until(() => other.begun.includes('y'));
  expect(begun).toEqual(['a1']);
  end('a1');
  await until(() => begun.includes('a2'));
});

test('a cut that nobody takes keeps no thread from others', async () => {
  const { begun, shared, end } = watchedPool(1);
  let take: () => void = () => undefined;
  const onCut = () => new Promise<void>((resolve) => (take = resolve));
  const slow = shared.runOf('a').run(task('a1'), watch(undefined, onCut));
  const other = shared.runOf('b').run(task('b1'), watch());
  await until(() => begun.includes('b1'));
  end('b1');
  await other;
  await settle();
  expect(begun).toEqual(['a1', 'b1']);
  take();
  await until(() => begun.length === 3);
  end('a11-');
  expect((await slow).rows).toBe(2);
});

test('a task that waits is dropped with its signal', async () => {
  const { begun, shared, end } = watchedPool(1);
  void shared.runOf('a').run(task('a1'), watch());
  const gone = new AbortController();
  const second = shared.runOf('b').run(task('b1'), watch(gone.signal));
  gone.abort(new Error('gone'));
  await expect(second).rejects.toThrow('gone');
  end('a1');
  await settle();
  expect(begun).toEqual(['a1']);
});

test('a task in slices has the rows that it has in one piece', async () => {
  const lines = Array.from({ length: COUNT }, (_, at) => `${patient(`p${at}`)}\n`).join('');
  const from = await source({ 'Patient.ndjson': lines });
  const [input] = await from.list('Patient');
  if (input === undefined) throw new Error('there is no input');
  const here = poolHere(from);
  const parts = new Map<string, readonly Uint8Array[]>();
  const text: string[] = [];
  let slices = 0;
  const taken: TaskWatch = {
    ...watch(),
    onPart: (key, chunks) => void parts.set(key, chunks),
    async onCut(cut) {
      for (const { key } of cut.parts) text.push(Buffer.concat(parts.get(key) ?? []).toString());
    },
  };
  const limits = { ...taskFor(input).limits, inputBytes: 1, firstInputBytes: 200 };
  const summary = await runInSlices({ ...taskFor(input), limits }, taken, (rest, own, slice) => {
    slices += 1;
    const onCut: TaskWatch['onCut'] = async (cut) => {
      await own.onCut(cut);
      slice.abort();
    };
    return here.run(rest, { ...own, onCut });
  });
  if (summary.last) await taken.onCut(summary.last);
  expect(slices).toBeGreaterThan(1);
  expect(summary).toMatchObject({ resources: COUNT, rows: COUNT });
  expect(text.join('')).toBe(Array.from({ length: COUNT }, (_, at) => `{"id":"p${at}"}\n`).join(''));
});
