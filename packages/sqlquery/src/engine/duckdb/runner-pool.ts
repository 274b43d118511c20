import { createChildPool } from './child-pool.js';
import type { Child } from './child.js';

/**
 * Processes for runs. One that has run SQL of a tenant runs no SQL of another tenant: a new process takes longer to start than
 * many a query to run.
 */
export interface RunnerPool {
  /** One that is alive, and that only SQL of the tenant has run in. @throws SqlEngineError when none can be started */
  take(tenant: string): Promise<Child>;
  /** @param mayGoOn whether the next run of the tenant may have it */
  giveBack(tenant: string, child: Child, mayGoOn: boolean): Promise<void>;
  /** Ends all of its processes, those that were taken among them. */
  close(): Promise<void>;
}

/** The memory of what one process has run is not given back to the last byte. */
const RUNS_EACH = 100;

/** @param size of processes that wait for their first run, and of those that wait for a next one */
export function createRunnerPool(size: number): RunnerPool {
  const fresh = createChildPool(size);
  const used = new Map<string, Child>();
  const runs = new WeakMap<Child, number>();

  async function end(child: Child): Promise<void> {
    await child.end();
    fresh.giveBack(child);
  }

  return {
    async take(tenant) {
      const waiting = used.get(tenant);
      used.delete(tenant);
      return waiting?.isAlive === true ? waiting : fresh.take();
    },
    async giveBack(tenant, child, mayGoOn) {
      const done = (runs.get(child) ?? 0) + 1;
      runs.set(child, done);
      if (!mayGoOn || !child.isAlive || done >= RUNS_EACH || size === 0 || used.has(tenant))
        return end(child);
      used.set(tenant, child);
      fresh.fill();
      const [oldest] = used;
      if (used.size <= size || oldest === undefined) return;
      used.delete(oldest[0]);
      await end(oldest[1]);
    },
    close: () => fresh.close(),
  };
}
