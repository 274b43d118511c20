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

/**
 * Lets some work be done at once, however much of it is asked for. In the order of the calls, as far as they are of one client;
 * clients come in by turns. When too many wait, the last one of the client with the most of them is refused.
 */
export interface Gate {
  /**
   * Waits until there is room.
   *
   * @param weight of all that there is room for, where it is more
   * @param client without one, all callers share their turns
   * @param stop ends the wait
   * @returns what gives the room back
   * @throws BusyError, the reason to stop
   */
  enter(weight: number, client?: string, stop?: AbortSignal): Promise<() => void>;
  /** Work of weight 1. @throws BusyError, and what the work throws */
  pass<Result>(work: () => Promise<Result>, client?: string): Promise<Result>;
}

interface Waiting {
  readonly weight: number;
  readonly client: string;
  waitedMs: number;
  enter(): void;
  giveUp(): void;
}

export function createGate({ atOnce, mostWaiting, patienceMs }: GateTerms): Gate {
  const waiting = new Set<Waiting>();
  /** The last turn of each client for which others waited, as a number that grows. */
  const turns = new Map<string, number>();
  let turn = 0;
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

  /** The first call of the client whose last turn is longest ago. */
  function next(): Waiting | undefined {
    let found: Waiting | undefined;
    for (const one of waiting) {
      if (found === undefined || turnOf(one) < turnOf(found)) found = one;
    }
    return found;
  }

  function turnOf({ client }: Waiting): number {
    return turns.get(client) ?? 0;
  }

  /** Lets in as many as there is room for: a light one does not overtake a heavy one. */
  function admit(): void {
    for (let one = next(); one !== undefined && within + one.weight <= atOnce; one = next()) {
      waiting.delete(one);
      within += one.weight;
      turn += 1;
      turns.set(one.client, turn);
      one.enter();
    }
    if (waiting.size > 0) return;
    turns.clear();
    ticks?.end();
    ticks = undefined;
  }

  async function enter(asked: number, client = '', stop?: AbortSignal): Promise<() => void> {
    stop?.throwIfAborted();
    const weight = Math.min(asked, atOnce);
    if (waiting.size === 0 && within + weight <= atOnce) within += weight;
    else await wait(weight, client, stop);
    let isWithin = true;
    return () => {
      if (!isWithin) return;
      isWithin = false;
      within -= weight;
      admit();
    };
  }

  async function wait(weight: number, client: string, stop: AbortSignal | undefined): Promise<void> {
    if (waiting.size >= mostWaiting && !refuseAnother(client)) throw new BusyError();
    ticks ??= everyTick(look);
    let leaveQueue: () => void = () => undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        const one = { weight, client, waitedMs: 0, enter: resolve, giveUp: () => reject(new BusyError()) };
        waiting.add(one);
        leaveQueue = () => {
          if (waiting.delete(one)) reject(stop?.reason as Error);
          // Those behind it may be lighter.
          admit();
        };
        stop?.addEventListener('abort', leaveQueue);
      });
    } finally {
      stop?.removeEventListener('abort', leaveQueue);
    }
  }

  /** Refuses the last call of a client that would still have more of them waiting than the newcomer. */
  function refuseAnother(newcomer: string): boolean {
    const counts = new Map<string, number>();
    for (const { client } of waiting) counts.set(client, (counts.get(client) ?? 0) + 1);
    const [most] = [...counts].toSorted(([, a], [, b]) => b - a);
    if (most === undefined || most[1] <= (counts.get(newcomer) ?? 0) + 1) return false;
    const last = [...waiting].findLast(({ client }) => client === most[0]);
    if (last === undefined) return false;
    waiting.delete(last);
    last.giveUp();
    return true;
  }

  return {
    enter,
    async pass(work, client) {
      const leave = await enter(1, client);
      try {
        return await work();
      } finally {
        leave();
      }
    },
  };
}
