import { BusyError } from './errors.js';
import { everyTick } from './lived-time.js';
import type { Ticks } from './lived-time.js';

export interface GateTerms {
  /** Greatest sum of the weights that are let through at a time. */
  readonly atOnce: number;
  /** How many wait, at most. */
  readonly mostWaiting: number;
  /** How long each of them waits. */
  readonly patienceMs: number;
}

/** Lets some work be done at once, however much of it is asked for. In the order of the calls. */
export interface Gate {
  /**
   * Waits until there is room.
   *
   * @param weight of all that there is room for, where it is more
   * @returns what gives the room back
   * @throws BusyError
   */
  enter(weight: number): Promise<() => void>;
  /** Work of weight 1. @throws BusyError, and what the work throws */
  pass<Result>(work: () => Promise<Result>): Promise<Result>;
}

interface Waiting {
  readonly weight: number;
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
    admit();
  }

  /** Those who wait longest come in, as far as there is room: a light one does not overtake a heavy one. */
  function admit(): void {
    for (const one of waiting) {
      if (within + one.weight > atOnce) break;
      waiting.delete(one);
      within += one.weight;
      one.enter();
    }
    if (waiting.size > 0) return;
    ticks?.end();
    ticks = undefined;
  }

  async function enter(asked: number): Promise<() => void> {
    const weight = Math.min(asked, atOnce);
    if (waiting.size === 0 && within + weight <= atOnce) within += weight;
    else await wait(weight);
    let isWithin = true;
    return () => {
      if (!isWithin) return;
      isWithin = false;
      within -= weight;
      admit();
    };
  }

  async function wait(weight: number): Promise<void> {
    if (waiting.size >= mostWaiting) throw new BusyError();
    ticks ??= everyTick(look);
    await new Promise<void>((resolve, reject) => {
      waiting.add({ weight, waitedMs: 0, enter: resolve, giveUp: () => reject(new BusyError()) });
    });
  }

  return {
    enter,
    async pass(work) {
      const leave = await enter(1);
      try {
        return await work();
      } finally {
        leave();
      }
    },
  };
}
