import { BusyError } from './errors.js';
import { everyTick } from './lived-time.js';
import type { Ticks } from './lived-time.js';

export interface GateTerms {
  /** How many are let through at a time. */
  readonly atOnce: number;
  /** How many wait, at most. */
  readonly mostWaiting: number;
  /** How long each of them waits. */
  readonly patienceMs: number;
}

/** Lets some work be done a few times at once, however many ask for it. */
export interface Gate {
  /** In the order of the calls. @throws BusyError, and what the work throws */
  pass<Result>(work: () => Promise<Result>): Promise<Result>;
}

interface Waiting {
  waitedMs: number;
  enter(): void;
  giveUp(): void;
}

export function createGate({ atOnce, mostWaiting, patienceMs }: GateTerms): Gate {
  const waiting = new Set<Waiting>();
  let within = 0;
  let ticks: Ticks | undefined;

  function look(livedMs: number): void {
    for (const one of waiting) {
      one.waitedMs += livedMs;
      if (one.waitedMs <= patienceMs) continue;
      waiting.delete(one);
      one.giveUp();
    }
    stopLooking();
  }

  function stopLooking(): void {
    if (waiting.size > 0) return;
    ticks?.end();
    ticks = undefined;
  }

  async function enter(): Promise<void> {
    if (within < atOnce) {
      within += 1;
      return;
    }
    if (waiting.size >= mostWaiting) throw new BusyError();
    ticks ??= everyTick(look);
    await new Promise<void>((resolve, reject) => {
      waiting.add({ waitedMs: 0, enter: resolve, giveUp: () => reject(new BusyError()) });
    });
  }

  /** Whoever waits longest comes in for the one that leaves. */
  function leave(): void {
    const [next] = waiting;
    if (next === undefined) {
      within -= 1;
      return;
    }
    waiting.delete(next);
    stopLooking();
    next.enter();
  }

  return {
    async pass(work) {
      await enter();
      try {
        return await work();
      } finally {
        leave();
      }
    },
  };
}
