import { startChild } from './child.js';
import type { Child } from './child.js';

/** Processes that were started and wait for an order. */
export interface ChildPool {
  /** One that is alive. It belongs to the caller. @throws SqlEngineError when none can be started */
  take(): Promise<Child>;
  /** Takes it back where it is alive and there is room for it. */
  giveBack(child: Child): void;
  /** Starts as many as may wait. */
  fill(): void;
  /** Ends all of its processes, those that were taken among them. */
  close(): Promise<void>;
}

export function createChildPool(size: number): ChildPool {
  const waiting: Promise<Child>[] = [];
  const alive = new Set<Child>();
  let isClosed = false;

  function start(): Promise<Child> {
    const starting = startChild().then(async (child) => {
      alive.add(child);
      if (isClosed) await end(child);
      return child;
    });
    // The one who takes it hears of it.
    starting.catch(() => undefined);
    return starting;
  }

  function fill(): void {
    while (!isClosed && waiting.length < size) waiting.push(start());
  }

  async function end(child: Child): Promise<void> {
    await child.end();
    alive.delete(child);
  }

  fill();
  return {
    fill,
    async take() {
      const child = await (waiting.shift() ?? start()).catch(start);
      if (child.isAlive) return child;
      alive.delete(child);
      return start();
    },
    giveBack(child) {
      if (child.isAlive && waiting.length < size && !isClosed) waiting.unshift(Promise.resolve(child));
      else void end(child);
      fill();
    },
    async close() {
      isClosed = true;
      await Promise.allSettled(waiting);
      await Promise.all([...alive].map(end));
    },
  };
}
