import { BusyError, everyTick } from '@millrace/threads';
import type { Ticks } from '@millrace/threads';

export interface TurnTerms {
  /** Runs at work. */
  readonly atOnce: number;
  /** Those of one client: fewer than there are at work keep a place for the others. */
  readonly atOnceOfClient: number;
  /** How many wait, at most. */
  readonly mostWaiting: number;
  /** How long each of them waits. */
  readonly patienceMs: number;
}

/** A run that asks for its turn. */
export interface TurnSeeker {
  /** Runs of one client share their turns. */
  readonly client: string;
  /** Nobody waits for the run any more. */
  readonly signal: AbortSignal;
  /** How long its client has kept it waiting, in milliseconds. */
  owedMs(): number;
  /** Ends the run soon, because others wait for its place. */
  giveWay(): void;
}

/** Turns of runs, shared between clients. */
export interface RunTurns {
  /**
   * Waits for a turn. The client with the fewest runs at work is next, and its runs come in the order of the calls. When too
   * many wait, the last run of the client that has the most of them is refused.
   *
   * @returns what gives the turn back
   * @throws BusyError; the reason of the signal
   */
  enter(seeker: TurnSeeker): Promise<() => void>;
}

interface Waiting {
  readonly seeker: TurnSeeker;
  waitedMs: number;
  enter(): void;
  fail(reason: unknown): void;
}

interface Working {
  readonly seeker: TurnSeeker;
  givesWay: boolean;
}

/** A run whose client has kept it waiting for this long gives its place to one that waits for a place. */
const OWED_MS = 5_000;

export function createRunTurns({ atOnce, atOnceOfClient, mostWaiting, patienceMs }: TurnTerms): RunTurns {
  /** In the order of the calls. */
  const waiting = new Set<Waiting>();
  const working = new Set<Working>();
  let ticks: Ticks | undefined;

  function next(): Waiting | undefined {
    const counts = countByClient(working);
    let found: Waiting | undefined;
    let fewest = atOnceOfClient;
    for (const one of waiting) {
      const count = counts.get(one.seeker.client) ?? 0;
      if (count >= fewest) continue;
      found = one;
      fewest = count;
    }
    return found;
  }

  function admit(): void {
    while (working.size < atOnce) {
      const one = next();
      if (one === undefined) break;
      waiting.delete(one);
      one.enter();
    }
    rest();
  }

  function rest(): void {
    if (waiting.size > 0) return;
    ticks?.end();
    ticks = undefined;
  }

  function look(livedMs: number): void {
    for (const one of waiting) {
      one.waitedMs += livedMs;
      if (one.waitedMs <= patienceMs) continue;
      waiting.delete(one);
      one.fail(new BusyError());
    }
    admit();
    makeRoom();
  }

  /** One at a time: its place is free at once. */
  function makeRoom(): void {
    const [first] = waiting;
    if (first === undefined || [...working].some(({ givesWay }) => givesWay)) return;
    // Those that wait for runs of their own client have no use for a place of another one.
    const wanted = next() === undefined ? first.seeker.client : undefined;
    const slow = [...working].filter(({ seeker }) => wanted === undefined || seeker.client === wanted);
    const [slowest] = slow.toSorted((a, b) => b.seeker.owedMs() - a.seeker.owedMs());
    if (slowest === undefined || slowest.seeker.owedMs() < OWED_MS) return;
    slowest.givesWay = true;
    slowest.seeker.giveWay();
  }

  function refuseOne(newcomer: Waiting): void {
    const counts = countByClient(waiting);
    let { client } = newcomer.seeker;
    for (const [other, count] of counts) if (count > (counts.get(client) ?? 0)) client = other;
    const last = [...waiting].findLast(({ seeker }) => seeker.client === client) ?? newcomer;
    waiting.delete(last);
    last.fail(new BusyError());
  }

  async function enter(seeker: TurnSeeker): Promise<() => void> {
    seeker.signal.throwIfAborted();
    const own: Working = { seeker, givesWay: false };
    let leaveQueue: () => void = () => undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        const one: Waiting = {
          seeker,
          waitedMs: 0,
          enter() {
            working.add(own);
            resolve();
          },
          fail: reject,
        };
        leaveQueue = () => {
          if (waiting.delete(one)) one.fail(seeker.signal.reason);
          rest();
        };
        seeker.signal.addEventListener('abort', leaveQueue);
        waiting.add(one);
        admit();
        if (waiting.size > mostWaiting) refuseOne(one);
        if (waiting.size > 0) ticks ??= everyTick(look);
      });
    } finally {
      seeker.signal.removeEventListener('abort', leaveQueue);
    }
    return () => {
      if (working.delete(own)) admit();
    };
  }

  return { enter };
}

function countByClient(
  some: Iterable<{ readonly seeker: Pick<TurnSeeker, 'client'> }>,
): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { seeker } of some) counts.set(seeker.client, (counts.get(seeker.client) ?? 0) + 1);
  return counts;
}
