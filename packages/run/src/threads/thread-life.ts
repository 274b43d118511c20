import { Worker } from 'node:worker_threads';
import { PROGRESS_BYTES } from '../range/evaluation-progress.js';
import { CONTROLS } from './thread-messages.js';
import type { EngineThreadStart, FromEngineThread } from './thread-messages.js';

/**
 * One life of an engine thread. It has shared memory of its own, because an ended life may still write to it.
 */
export interface ThreadLife {
  readonly worker: Worker;
  readonly progress: SharedArrayBuffer;
  readonly isReady: boolean;
  /** The error that killed the thread; undefined if it ended by itself. */
  readonly crash: unknown;
  steer(to: (typeof CONTROLS)[number]): void;
}

/**
 * Rows die young, so V8's own choice of 48 MB is no faster: it only stays resident, once for each thread
 * (`npm run bench -- memory`).
 */
const YOUNG_GENERATION_MB = 12;

export function beginThreadLife<Setup>(
  {
    thread,
    setup,
    maxHeapMb,
  }: { readonly thread: URL; readonly setup: Setup; readonly maxHeapMb: number | undefined },
  onExit: () => void,
): ThreadLife {
  const control = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  const progress = new SharedArrayBuffer(PROGRESS_BYTES);
  const flag = new Int32Array(control);
  const workerData: EngineThreadStart<Setup> = { setup, control, progress };
  const worker = new Worker(thread, {
    workerData,
    resourceLimits: {
      ...(maxHeapMb === undefined ? {} : { maxOldGenerationSizeMb: maxHeapMb }),
      maxYoungGenerationSizeMb: YOUNG_GENERATION_MB,
    },
  });
  let isReady = false;
  let crash: unknown;
  // It may be ready when no task waits for it any more.
  worker.on('message', ({ kind }: FromEngineThread) => {
    if (kind === 'ready') isReady = true;
  });
  // An error is followed by `exit`, where the running task learns of it.
  worker.on('error', (error) => (crash = error));
  worker.on('exit', onExit);
  return {
    worker,
    progress,
    get isReady() {
      return isReady;
    },
    get crash() {
      return crash;
    },
    steer: (to) => void Atomics.store(flag, 0, CONTROLS.indexOf(to)),
  };
}
