import { Worker } from 'node:worker_threads';
import type { Cut } from '@millrace/export';
import type { PartSink } from '@millrace/storage';
import type { RangeSummary, RangeTask } from '../engine/range-task.js';
import { CONTROLS } from './messages.js';
import type { EngineThreadStart, FromEngine, ToEngine } from './messages.js';
import { EngineCrashedError, EngineFaultError } from './task-watch.js';
import type { TaskWatch } from './task-watch.js';

export interface EngineStart<Setup> {
  /** Module that calls `serveEngine`. */
  readonly thread: URL;
  /** Structured-cloneable; the thread composes its adapters from it. */
  readonly setup: Setup;
  /** Aborts the uploads of a thread that had to be terminated. */
  readonly sink: Pick<PartSink, 'abort'>;
  /** How long a thread may take to stop by itself before it is terminated. */
  readonly stopGraceMs: number;
  /** Heap of one thread; beyond it the thread ends and its task is retried elsewhere. */
  readonly maxHeapMb: number;
}

export interface Engine {
  run(task: RangeTask, watch: TaskWatch): Promise<RangeSummary>;
  end(): Promise<void>;
}

/**
 * Rows die young, so V8's own choice of 48 MB is no faster: it only stays resident, once for each thread
 * (`npm run bench -- memory`).
 */
const YOUNG_GENERATION_MB = 12;

/** One engine thread, started on its first task and again after it crashed. */
export function startEngine<Setup>(start: EngineStart<Setup>): Engine {
  const control = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  const flag = new Int32Array(control);
  const crashes = new WeakMap<Worker, unknown>();
  const ready = new WeakSet<Worker>();
  let worker: Worker | undefined;

  function thread(): Worker {
    if (worker) return worker;
    const workerData: EngineThreadStart<Setup> = { setup: start.setup, control };
    const started = new Worker(start.thread, {
      workerData,
      resourceLimits: {
        maxOldGenerationSizeMb: start.maxHeapMb,
        maxYoungGenerationSizeMb: YOUNG_GENERATION_MB,
      },
    });
    // It may be ready when no task waits for it any more.
    started.on('message', ({ kind }: FromEngine) => {
      if (kind === 'ready') ready.add(started);
    });
    // An error is followed by `exit`, where the running task learns of it.
    started.on('error', (error) => crashes.set(started, error));
    started.on('exit', () => {
      if (worker === started) worker = undefined;
    });
    worker = started;
    return started;
  }

  function steer(to: (typeof CONTROLS)[number]): void {
    Atomics.store(flag, 0, CONTROLS.indexOf(to));
  }

  async function run(task: RangeTask, watch: TaskWatch): Promise<RangeSummary> {
    steer('run');
    const target = thread();
    const uploads = new Map<string, string>();
    let refused: { readonly reason: unknown } | undefined;
    let grace: NodeJS.Timeout | undefined;
    let begun = false;
    let resolve: (summary: RangeSummary) => void = () => undefined;
    let reject: (reason: unknown) => void = () => undefined;
    const outcome = new Promise<RangeSummary>((onDone, onFailed) => {
      resolve = onDone;
      reject = onFailed;
    });

    function fail(reason: unknown): void {
      if (refused) reject(refused.reason);
      else reject(watch.stop.aborted ? watch.stop.reason : reason);
    }
    function begin(): void {
      begun = true;
      say({ kind: 'run', task });
    }
    function stop(): void {
      steer('stop');
      // A thread that still starts does not look at the flag, but knows nothing of the task: the next one may have it.
      if (!begun) return fail(watch.stop.reason);
      // A thread that waits for a cut, or that spins inside one line, does not look at the flag.
      grace ??= setTimeout(() => void target.terminate(), start.stopGraceMs);
    }
    function finishAtCut(): void {
      if (!watch.stop.aborted && !refused) steer('cut');
    }
    function say(message: ToEngine): void {
      target.postMessage(message);
    }
    async function recordCut(cut: Cut): Promise<void> {
      try {
        await watch.onCut(cut);
        for (const part of cut.parts) uploads.delete(part.key);
      } catch (reason) {
        // The engine goes on as far as its next look at the flag; nobody will ever list what it stored.
        refused = { reason };
        stop();
      }
      say({ kind: 'cut-recorded' });
    }
    function onMessage(message: FromEngine): void {
      switch (message.kind) {
        case 'ready':
          begin();
          break;
        case 'upload':
          uploads.set(message.key, message.uploadId);
          break;
        case 'cut':
          void recordCut(message.cut);
          break;
        case 'done':
          if (refused) reject(refused.reason);
          else resolve(message.summary);
          break;
        case 'stopped':
          fail(new EngineCrashedError('the engine thread stopped without being told to'));
          break;
        case 'failed':
          fail(new EngineFaultError(message.fault));
          break;
        default:
          message satisfies never;
      }
    }
    function onExit(code: number): void {
      const text = `the engine thread ended with code ${code} in the middle of a task`;
      fail(new EngineCrashedError(text, { cause: crashes.get(target) }));
    }

    target.on('message', onMessage);
    target.on('exit', onExit);
    watch.stop.addEventListener('abort', stop);
    watch.finishAtCut.addEventListener('abort', finishAtCut);
    if (watch.finishAtCut.aborted) finishAtCut();
    try {
      if (ready.has(target)) begin();
      return await outcome;
    } catch (error) {
      await Promise.allSettled([...uploads].map(([key, id]) => start.sink.abort(key, id)));
      throw error;
    } finally {
      clearTimeout(grace);
      target.off('message', onMessage);
      target.off('exit', onExit);
      watch.stop.removeEventListener('abort', stop);
      watch.finishAtCut.removeEventListener('abort', finishAtCut);
    }
  }

  return {
    run,
    async end() {
      await worker?.terminate();
    },
  };
}
