import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { BenchmarkError } from '../errors.js';
import type { BareAnswer } from './bare-thread.js';
import type { BareWork } from './bare-work.js';

/** Threads that stay and do bare work. */
export interface BareThreads extends AsyncDisposable {
  /** Does all of it, each thread taking the next work when it is done with one. @throws BenchmarkError */
  run(work: readonly BareWork[]): Promise<void>;
}

export function startBareThreads(count: number): BareThreads {
  const threads = Array.from({ length: count }, () => new Worker(new URL('bare-thread.js', import.meta.url)));
  return {
    async run(work) {
      const waiting = work.values();
      await Promise.all(
        threads.map(async (thread) => {
          for (const one of waiting) {
            const answered = once(thread, 'message');
            thread.postMessage(one);
            const [{ failure }] = (await answered) as [BareAnswer];
            if (failure !== undefined) throw new BenchmarkError(failure);
          }
        }),
      );
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(threads.map((thread) => thread.terminate()));
    },
  };
}
