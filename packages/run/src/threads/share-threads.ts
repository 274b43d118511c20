import { everyTick } from '@millrace/threads';
import type { Ticks } from '@millrace/threads';
import type { EnginePool, PatientFinder } from './engine-pool.js';
import { runInSlices } from './run-in-slices.js';

/** The threads of a pool as one run has them. */
export type RunThreads = Pick<EnginePool, 'run' | 'describe' | 'size'> & PatientFinder;

/** The threads of a pool, shared between the runs of clients. */
export interface SharedThreads {
  readonly size: number;
  /** A run of a client, which is named by any text. */
  runOf(client: string): RunThreads;
}

interface Share {
  readonly client: string;
}

interface Waiting {
  readonly share: Share;
  enter(): void;
}

interface Use {
  readonly share: Share;
  livedMs: number;
  /** Ends the turn at the next cut; undefined where the work cannot be divided. */
  readonly interrupt: AbortController | undefined;
}

/**
 * Shares the threads of a pool, whose only user it is. The client with the fewest threads at work has the next one, and of its
 * runs likewise. While a run waits that has fewer threads than another one, the latter gives one back at its next cut and goes
 * on behind the others: neither slow views nor slow readers keep all threads.
 *
 * @param sliceMs how long a task may keep its thread while others wait
 */
export function shareThreads(
  pool: Pick<EnginePool, 'run' | 'describe' | 'size'> & PatientFinder,
  { sliceMs }: { readonly sliceMs: number },
): SharedThreads {
  /** In the order of the calls. */
  const waiting = new Set<Waiting>();
  const uses = new Set<Use>();
  let ticks: Ticks | undefined;

  const usesOf = (share: Share): number => count(uses, (use) => use.share === share);
  const usesOfClient = ({ client }: Share): number => count(uses, ({ share }) => share.client === client);
  /** Negative where the first has fewer threads. */
  const compare = (a: Share, b: Share): number => usesOfClient(a) - usesOfClient(b) || usesOf(a) - usesOf(b);

  const inTurn = (): Waiting[] => [...waiting].toSorted((a, b) => compare(a.share, b.share));

  function admit(): void {
    while (uses.size < pool.size && waiting.size > 0) {
      const [next] = inTurn();
      if (next === undefined) break;
      waiting.delete(next);
      next.enter();
    }
    if (waiting.size > 0) return;
    ticks?.end();
    ticks = undefined;
  }

  function look(livedMs: number): void {
    for (const use of uses) use.livedMs += livedMs;
    const [next] = inTurn();
    // Each of them has its thread soon.
    const interrupted = count(uses, ({ interrupt }) => interrupt?.signal.aborted === true);
    if (next === undefined || interrupted >= waiting.size) return;
    const [longest] = [...uses]
      .filter(({ interrupt }) => interrupt?.signal.aborted === false)
      .filter(({ share, livedMs: lived }) => lived >= sliceMs && isAhead(share, next.share))
      .toSorted((a, b) => compare(b.share, a.share) || b.livedMs - a.livedMs);
    longest?.interrupt?.abort();
  }

  /** Whether a run has to give a thread to another one: where that has none, they take turns. */
  function isAhead(share: Share, other: Share): boolean {
    if (share === other) return false;
    const uses = share.client === other.client ? usesOf : usesOfClient;
    return uses(other) === 0 || uses(share) > uses(other) + 1;
  }

  async function withThread<Result>(
    share: Share,
    stop: AbortSignal,
    interrupt: AbortController | undefined,
    work: () => Promise<Result>,
  ): Promise<Result> {
    stop.throwIfAborted();
    const use: Use = { share, livedMs: 0, interrupt };
    let giveUp: () => void = () => undefined;
    await new Promise<void>((resolve, reject) => {
      const own: Waiting = {
        share,
        enter() {
          uses.add(use);
          resolve();
        },
      };
      giveUp = () => {
        if (waiting.delete(own)) reject(stop.reason as Error);
      };
      stop.addEventListener('abort', giveUp);
      waiting.add(own);
      admit();
      if (waiting.size > 0) ticks ??= everyTick(look);
    }).finally(() => stop.removeEventListener('abort', giveUp));
    try {
      return await work();
    } finally {
      uses.delete(use);
      admit();
    }
  }

  return {
    size: pool.size,
    runOf(client) {
      const share: Share = { client };
      return {
        size: pool.size,
        run: (task, watch) =>
          runInSlices(task, watch, (rest, sliceWatch, slice) =>
            withThread(share, watch.stop, slice, () => pool.run(rest, sliceWatch)),
          ),
        describe: (task, stop) =>
          withThread(share, stop, undefined, () => pool.describe(task, stop, 'in turn')),
        findPatients: (task, stop) => withThread(share, stop, undefined, () => pool.findPatients(task, stop)),
      };
    },
  };
}

function count<Item>(items: Iterable<Item>, isCounted: (item: Item) => boolean): number {
  let counted = 0;
  for (const item of items) if (isCounted(item)) counted += 1;
  return counted;
}
