import { setMaxListeners } from 'node:events';
import { sumTallies } from '@millrace/export';
import type { Cut, Tally } from '@millrace/export';
import type { PartChunks } from './joiners/part-joiner.js';
import type { RangeSummary, RangeTask } from './range/range-task.js';
import type { EnginePool } from './threads/engine-pool.js';

/** Bytes of one part of one view. */
export interface EncodedPart {
  readonly subject: number;
  readonly rows: number;
  readonly chunks: PartChunks;
}

/** Tasks that are known by their places, from 0. */
export interface TaskList {
  readonly count: number;
  /** Is asked once, when the task is to begin; undefined for one with nothing to do. */
  at(place: number): Promise<RangeTask | undefined>;
}

/** Limits on work that is done before its turn. */
export interface OrderLimits {
  /** Ranges that are evaluated at once, one on each thread. */
  readonly rangesAtOnce: number;
  /** Bytes that finished early and wait for their turn; beyond it a thread waits with its cut. */
  readonly waitingBytes: number;
}

/** The report of a range at its end; the tally is that of all its cuts. */
export type FinishedRange = RangeSummary & { readonly tally: Tally };

/** Cuts of one task that have arrived and are not written yet. */
interface Lane {
  readonly cuts: { readonly parts: readonly EncodedPart[]; readonly bytes: number; release(): void }[];
  finished: FinishedRange | undefined;
}

/**
 * Evaluates tasks on the threads of a pool, which store no parts, and hands the parts over in the order of
 * the tasks, one cut at a time.
 *
 * Ahead of its turn a task may go on as long as not too much waits. The task whose turn it is never waits for another,
 * because tasks are begun in order.
 *
 * @throws the error of the first task that fails, what `onParts` rejects with, or the reason of `signal`; nothing is at
 *   work any more by then
 */
export async function evaluateInOrder(
  pool: Pick<EnginePool, 'run'>,
  tasks: TaskList,
  { rangesAtOnce, waitingBytes: most }: OrderLimits,
  onParts: (parts: readonly EncodedPart[]) => Promise<void>,
  signal: AbortSignal,
): Promise<readonly FinishedRange[]> {
  const lanes = Array.from({ length: tasks.count }, (): Lane => ({ cuts: [], finished: undefined }));
  const held = new Set<() => void>();
  const over = new AbortController();
  const { signal: stop } = over;
  const never = new AbortController().signal;
  // Every thread listens to them.
  setMaxListeners(0, stop, never);
  let begun = 0;
  let waitingBytes = 0;
  let wake: () => void = () => undefined;
  let failure: { readonly error: unknown } | undefined;

  function fail(error: unknown): void {
    failure ??= { error };
    wake();
  }

  /** Resolves when the thread may go on. */
  function handOver(lane: Lane, parts: readonly EncodedPart[]): Promise<void> {
    const bytes = sizeOf(parts);
    waitingBytes += bytes;
    return new Promise((resolve) => {
      const release = (): void => {
        held.delete(release);
        resolve();
      };
      lane.cuts.push({ parts, bytes, release });
      // Nobody takes it any more, nor lets its thread go, where a task ends beside one that has failed.
      if (waitingBytes <= most || stop.aborted) resolve();
      else held.add(release);
      wake();
    });
  }

  async function evaluate(task: RangeTask, lane: Lane): Promise<void> {
    const chunksOf = new Map<string, PartChunks>();
    const tallies: Tally[] = [];
    const onCut = ({ parts, tally }: Cut): Promise<void> => {
      tallies.push(tally);
      const encoded = parts.map(({ subject, rows, key }) => ({
        subject,
        rows,
        chunks: found(chunksOf, key),
      }));
      chunksOf.clear();
      return handOver(lane, encoded);
    };
    const summary = await pool.run(task, {
      stop,
      finishAtCut: never,
      onPart: (key, chunks) => void chunksOf.set(key, chunks),
      onCut,
    });
    if (summary.last) await onCut(summary.last);
    lane.finished = { ...summary, tally: sumTallies(tallies) };
    wake();
  }

  /** One thread runs one task after the other. */
  async function work(): Promise<void> {
    while (!stop.aborted) {
      const index = begun;
      begun += 1;
      const lane = lanes[index];
      if (lane === undefined) return;
      const task = await tasks.at(index);
      if (task !== undefined) {
        await evaluate(task, lane);
        continue;
      }
      lane.finished = NOTHING_DONE;
      wake();
    }
  }

  async function nextCut(lane: Lane): Promise<Lane['cuts'][number] | undefined> {
    for (;;) {
      if (failure) throw failure.error;
      const cut = lane.cuts.shift();
      if (cut || lane.finished) return cut;
      await new Promise<void>((resolve) => (wake = resolve));
    }
  }

  const onAbort = (): void => {
    over.abort(signal.reason);
    fail(signal.reason);
  };
  signal.throwIfAborted();
  signal.addEventListener('abort', onAbort);
  const workers = lanes.slice(0, rangesAtOnce).map(() => work().catch(fail));
  try {
    for (const lane of lanes) {
      for (let cut = await nextCut(lane); cut; cut = await nextCut(lane)) {
        await onParts(cut.parts);
        waitingBytes -= cut.bytes;
        cut.release();
      }
    }
    return lanes.flatMap(({ finished }) => finished ?? []);
  } finally {
    signal.removeEventListener('abort', onAbort);
    over.abort(new Error('the run has ended'));
    for (const release of held) release();
    await Promise.all(workers);
  }
}

const NOTHING_DONE: FinishedRange = { resources: 0, rows: 0, engines: [], tally: sumTallies([]) };

function sizeOf(parts: readonly EncodedPart[]): number {
  return parts.flatMap(({ chunks }) => chunks).reduce((sum, { length }) => sum + length, 0);
}

function found(chunksOf: ReadonlyMap<string, PartChunks>, key: string): PartChunks {
  const chunks = chunksOf.get(key);
  if (chunks === undefined) throw new Error(`part ${key} was not handed over before its cut`);
  return chunks;
}
