import type { EvaluationLimits } from '@millrace/run';
import type { EncodedPart } from './engine-messages.js';
import type { PlacedTask } from './placed-task.js';
import { startWatchedThread } from './watched-thread.js';
import type { FinishedRange, WatchedThread } from './watched-thread.js';

/** Bytes that finished early and wait for their turn; beyond it a thread waits with its cut. */
const MAX_WAITING_BYTES = 256 << 20;

/** Cuts of one task that have arrived and not been written. */
interface Lane {
  readonly cuts: { readonly parts: readonly EncodedPart[]; readonly bytes: number; release(): void }[];
  summary: FinishedRange | undefined;
}

/**
 * Evaluates tasks on `threads` threads and hands over their parts in the order of the tasks, one at a time.
 *
 * Ahead of its turn a task may go on as long as not too much waits. The task whose turn it is never waits for another,
 * because tasks are begun in order.
 */
export async function evaluateInOrder(
  tasks: readonly PlacedTask[],
  { threads, limits }: { readonly threads: number; readonly limits: EvaluationLimits },
  onParts: (parts: readonly EncodedPart[], task: number) => Promise<void>,
  signal: AbortSignal,
): Promise<readonly FinishedRange[]> {
  const lanes = tasks.map<Lane>(() => ({ cuts: [], summary: undefined }));
  const running: WatchedThread[] = [];
  let begun = 0;
  let waitingBytes = 0;
  let wake: () => void = () => undefined;
  let failure: { readonly error: unknown } | undefined;

  function fail(error: unknown): void {
    failure ??= { error };
    wake();
  }

  function startThread(): void {
    let current = 0;
    const thread = startWatchedThread(limits, {
      onCut(parts, written) {
        const bytes = sizeOf(parts);
        waitingBytes += bytes;
        const early = waitingBytes <= MAX_WAITING_BYTES;
        lanes[current]?.cuts.push({ parts, bytes, release: early ? () => undefined : written });
        if (early) written();
        wake();
      },
      onDone(summary) {
        const lane = lanes[current];
        if (lane) lane.summary = summary;
        next();
        wake();
      },
      onFailed: fail,
    });
    const next = (): void => {
      current = begun;
      begun += 1;
      const placed = tasks[current];
      if (placed) thread.evaluate(placed);
      else void thread.end();
    };
    running.push(thread);
    next();
  }

  async function nextCut(lane: Lane): Promise<Lane['cuts'][number] | undefined> {
    for (;;) {
      if (failure) throw failure.error;
      const cut = lane.cuts.shift();
      if (cut || lane.summary) return cut;
      await new Promise<void>((resolve) => (wake = resolve));
    }
  }

  const onAbort = (): void => fail(signal.reason);
  signal.addEventListener('abort', onAbort);
  try {
    signal.throwIfAborted();
    for (let n = 0; n < Math.min(threads, tasks.length); n += 1) startThread();
    for (const [index, lane] of lanes.entries()) {
      for (let cut = await nextCut(lane); cut; cut = await nextCut(lane)) {
        await onParts(cut.parts, index);
        waitingBytes -= cut.bytes;
        cut.release();
      }
    }
    return lanes.flatMap(({ summary }) => summary ?? []);
  } finally {
    signal.removeEventListener('abort', onAbort);
    await Promise.all(running.map((thread) => thread.end()));
  }
}

function sizeOf(parts: readonly EncodedPart[]): number {
  return parts.flatMap(({ chunks }) => chunks).reduce((sum, { length }) => sum + length, 0);
}
