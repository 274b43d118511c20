import { Worker } from 'node:worker_threads';
import type { RangeSummary, RangeTask } from '@millrace/execution';
import { CommandFailedError } from '../errors.js';
import type { InputPlace } from './input-place.js';
import type { EncodedPart, FromEngineThread, ToEngineThread } from './engine-messages.js';

export interface PlacedTask {
  readonly task: RangeTask;
  readonly place: InputPlace;
}

/** Bytes that finished early and wait for their turn; beyond it a thread waits with its cut. */
const MAX_WAITING_BYTES = 256 << 20;

/** Cuts of one task that have arrived and not been written. */
interface Lane {
  readonly cuts: { readonly parts: readonly EncodedPart[]; readonly bytes: number; release(): void }[];
  summary: RangeSummary | undefined;
}

/**
 * Evaluates tasks on `threads` threads and hands over their parts in the order of the tasks, one at a time.
 *
 * Ahead of its turn a task may go on as long as not too much waits. The task whose turn it is never waits for another,
 * because tasks are begun in order.
 */
export async function evaluateInOrder(
  tasks: readonly PlacedTask[],
  threads: number,
  onParts: (parts: readonly EncodedPart[], task: number) => Promise<void>,
  signal: AbortSignal,
): Promise<readonly RangeSummary[]> {
  const lanes = tasks.map<Lane>(() => ({ cuts: [], summary: undefined }));
  const workers: Worker[] = [];
  let begun = 0;
  let waitingBytes = 0;
  let wake: () => void = () => undefined;
  let failure: { readonly error: unknown } | undefined;

  function fail(error: unknown): void {
    failure ??= { error };
    wake();
  }

  function startThread(): void {
    const worker = new Worker(new URL('engine-thread.js', import.meta.url));
    const say = (message: ToEngineThread): void => worker.postMessage(message);
    let current = 0;
    const next = (): void => {
      current = begun;
      begun += 1;
      const placed = tasks[current];
      if (placed) say({ kind: 'evaluate', ...placed });
      else void worker.terminate();
    };
    worker.on('message', (message: FromEngineThread) => {
      const lane = lanes[current] as Lane; // one for each task
      switch (message.kind) {
        case 'cut': {
          const bytes = sizeOf(message.parts);
          waitingBytes += bytes;
          const early = waitingBytes <= MAX_WAITING_BYTES;
          const written = (): void => say({ kind: 'written' });
          lane.cuts.push({ parts: message.parts, bytes, release: early ? () => undefined : written });
          if (early) written();
          break;
        }
        case 'done':
          lane.summary = message.summary;
          next();
          break;
        case 'failed':
          fail(new CommandFailedError(message.message));
          break;
        default:
          message satisfies never;
      }
      wake();
    });
    worker.on('error', fail);
    worker.on('exit', (code) => {
      if (lanes[current]?.summary === undefined && current < lanes.length) {
        fail(new CommandFailedError(`an engine thread ended with code ${code} in the middle of its work`));
      }
    });
    workers.push(worker);
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
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

function sizeOf(parts: readonly EncodedPart[]): number {
  return parts.flatMap(({ chunks }) => chunks).reduce((sum, { length }) => sum + length, 0);
}
