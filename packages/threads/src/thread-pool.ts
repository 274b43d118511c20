import { ThreadsBusyError } from './errors.js';
import { everyTick } from './lived-time.js';
import { startPoolThread } from './pool-thread.js';
import type { PoolThread, ThreadTerms } from './pool-thread.js';

export interface PoolTerms extends ThreadTerms {
  readonly size: number;
  /** Tasks that wait for a thread, at most. */
  readonly mostWaiting: number;
  /** How long each of them waits. */
  readonly patienceMs: number;
}

export interface ThreadPool<Task, Answer> extends AsyncDisposable {
  /** In the order of the calls. @throws ThreadsBusyError, and what `PoolThread.run` throws */
  run(task: Task): Promise<Answer>;
}

interface Waiting<Task, Answer> {
  waitedMs: number;
  begin(thread: PoolThread<Task, Answer>): void;
  giveUp(): void;
}

/** Threads for tasks whose size others choose. */
export function createThreadPool<Task, Answer>(terms: PoolTerms): ThreadPool<Task, Answer> {
  const threads = Array.from({ length: terms.size }, () => startPoolThread<Task, Answer>(terms));
  const idle = [...threads];
  const waiting = new Set<Waiting<Task, Answer>>();

  const ticks = everyTick((livedMs) => {
    for (const thread of threads) thread.tick(livedMs);
    for (const one of waiting) {
      one.waitedMs += livedMs;
      if (one.waitedMs > terms.patienceMs) {
        waiting.delete(one);
        one.giveUp();
      }
    }
  });

  async function takeThread(): Promise<PoolThread<Task, Answer>> {
    const free = idle.pop();
    if (free) return free;
    if (waiting.size >= terms.mostWaiting) throw new ThreadsBusyError();
    return new Promise((begin, reject) => {
      waiting.add({ waitedMs: 0, begin, giveUp: () => reject(new ThreadsBusyError()) });
    });
  }

  function giveBack(thread: PoolThread<Task, Answer>): void {
    const [next] = waiting;
    if (next === undefined) {
      idle.push(thread);
      return;
    }
    waiting.delete(next);
    next.begin(thread);
  }

  return {
    async run(task) {
      const thread = await takeThread();
      try {
        return await thread.run(task);
      } finally {
        giveBack(thread);
      }
    },
    async [Symbol.asyncDispose]() {
      ticks.end();
      for (const one of waiting) one.giveUp();
      waiting.clear();
      await Promise.all(threads.map((thread) => thread.end()));
    },
  };
}
