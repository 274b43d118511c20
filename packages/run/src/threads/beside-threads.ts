import type { EnginePool } from './engine-pool.js';

type Engines = Pick<EnginePool, 'run' | 'size'>;

/**
 * As many engines as a pool has threads, one of which is on the thread that calls it. It has a task before a thread has
 * started, and one thread less has to start.
 *
 * @param here takes one task at a time
 */
export function besideThreads(here: Pick<Engines, 'run'>, pool: Engines): Engines {
  let isBusy = false;
  return {
    size: pool.size,
    async run(task, watch) {
      if (isBusy) return pool.run(task, watch);
      isBusy = true;
      try {
        return await here.run(task, watch);
      } finally {
        isBusy = false;
      }
    },
  };
}
