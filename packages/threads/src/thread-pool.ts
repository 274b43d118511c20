import { BusyError, ThreadCrashedError } from './errors.js';
import { createGate } from './gate.js';
import { everyTick } from './lived-time.js';
import { startPoolThread } from './pool-thread.js';
import type { ThreadTerms } from './pool-thread.js';

export interface PoolTerms extends ThreadTerms {
  readonly size: number;
  /** Tasks that wait for a thread, at most. */
  readonly mostWaiting: number;
  /** How long each of them waits. */
  readonly patienceMs: number;
}

export interface ThreadPool<Task, Answer> extends AsyncDisposable {
  /**
   * In the order of the calls, as far as they are of one client; clients come in by turns.
   *
   * @param client without one, all callers share their turns
   * @throws BusyError, and what `PoolThread.run` throws
   */
  run(task: Task, client?: string): Promise<Answer>;
}

/** Threads for tasks whose size others choose. */
export function createThreadPool<Task, Answer>(terms: PoolTerms): ThreadPool<Task, Answer> {
  const threads = Array.from({ length: terms.size }, () => startPoolThread<Task, Answer>(terms));
  const idle = [...threads];
  const gate = createGate({ ...terms, atOnce: terms.size });
  let isOver = false;
  const ticks = everyTick((livedMs) => {
    for (const thread of threads) thread.tick(livedMs);
  });
  return {
    run: (task, client) =>
      gate.pass(async () => {
        if (isOver) throw new BusyError();
        const thread = idle.pop();
        // As many are let in as there are threads.
        if (thread === undefined) throw new ThreadCrashedError(false, undefined);
        try {
          return await thread.run(task);
        } finally {
          idle.push(thread);
        }
      }, client),
    async [Symbol.asyncDispose]() {
      isOver = true;
      ticks.end();
      await Promise.all(threads.map((thread) => thread.end()));
    },
  };
}
