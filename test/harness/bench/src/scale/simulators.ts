import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { BenchmarkError } from '../errors.js';
import type { SimulationPlan } from './compose.js';
import type { SimulatorNews, SimulatorOrder, SimulatorTask } from './simulator-thread.js';

/** Workers on threads of this process. */
export interface Simulators extends AsyncDisposable {
  /**
   * The simulated workers work until this many exports have completed, or for `mostMs`. Returns the number of shards that
   * they have done, and whether all exports have ended.
   *
   * @throws BenchmarkError when an export ends otherwise
   */
  work(exports: number, mostMs: number): Promise<{ readonly shards: number; readonly isAll: boolean }>;
  /** Errors that real workers would have logged: their number, and the first of them. */
  trouble(): { readonly count: number; readonly first?: string };
}

/** Starts them, each with all its connections; they do not work yet. @param signal ends everything at once */
export async function startSimulators(
  plan: SimulationPlan,
  size: { readonly workers: number; readonly threads: number },
  signal: AbortSignal,
): Promise<Simulators> {
  const names = Array.from({ length: size.workers }, (_, index) => `simulated-${index}`);
  let completed = 0;
  let shards = 0;
  let wanted = Infinity;
  const troubles: string[] = [];
  const done = later();
  signal.addEventListener('abort', () => done.reject(signal.reason as Error), { once: true });

  const threads = Array.from({ length: Math.min(size.threads, size.workers) }, (_, thread) => {
    const task: SimulatorTask = {
      plan,
      names: names.filter((_name, index) => index % size.threads === thread),
    };
    const worker = new Worker(new URL('simulator-thread.js', import.meta.url), { workerData: task });
    const ready = later();
    const ended = later();
    worker.on('error', (error) => {
      ready.reject(error);
      done.reject(error);
    });
    worker.on('exit', () => ended.resolve());
    worker.on('message', (news: SimulatorNews) => {
      if (news.kind === 'ready') ready.resolve();
      else if (news.kind === 'shard') shards += 1;
      else if (news.kind === 'trouble') troubles.push(news.message);
      else if (news.kind === 'settled') settle(news.outcome);
    });
    const order = (what: SimulatorOrder): void => worker.postMessage(what);
    return { order, ready: ready.promise, ended: ended.promise, stop: () => worker.terminate() };
  });
  function settle(outcome: string): void {
    completed += 1;
    if (outcome !== 'completed') {
      done.reject(new BenchmarkError(`an export ${outcome}; ${troubles[0] ?? 'no worker had an error'}`));
    } else if (completed >= wanted) done.resolve();
  }

  try {
    await Promise.race([Promise.all(threads.map(({ ready }) => ready)), done.promise]);
  } catch (error) {
    await Promise.all(threads.map(({ stop }) => stop()));
    throw error;
  }
  return {
    async work(exports, mostMs) {
      wanted = exports;
      for (const { order } of threads) order('begin');
      const time = new AbortController();
      const isOver = delay(mostMs, undefined, { signal: time.signal }).catch(() => undefined);
      await Promise.race([done.promise, isOver]);
      time.abort();
      return { shards, isAll: completed >= exports };
    },
    trouble: () => ({
      count: troubles.length,
      ...(troubles[0] === undefined ? {} : { first: troubles[0] }),
    }),
    async [Symbol.asyncDispose]() {
      if (!signal.aborted) {
        for (const { order } of threads) order('end');
        await Promise.race([Promise.all(threads.map(({ ended }) => ended)), aborted(signal)]);
      }
      await Promise.all(threads.map(({ stop }) => stop()));
    },
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

/** A promise, and the functions that settle it. */
function later(): { promise: Promise<void>; resolve: () => void; reject: (error: unknown) => void } {
  let resolve = (): void => undefined;
  let reject = (_error: unknown): void => undefined;
  const promise = new Promise<void>((fulfil, refuse) => {
    resolve = fulfil;
    reject = refuse;
  });
  // It may fail before anybody waits for it.
  promise.catch(() => undefined);
  return { promise, resolve, reject };
}
