import { setMaxListeners } from 'node:events';
import type { StepRef } from '@millrace/export';
import type { RedisClient } from '@millrace/redis';
import { DeliveryFailedError, nameLostDelivery } from './errors.js';
import { EXPORT_QUEUE, QUEUE_PREFIX } from './message.js';
import { Receiver } from './receiver.js';
import {
  retryDelayMs,
  stepProcessor,
  type Abandon,
  type Delivery,
  type Disposition,
} from './step-processor.js';

export interface StepWorkerOptions {
  /** Must wait out an outage: `maxRetriesPerRequest: null`. Stays the caller's. */
  readonly connection: RedisClient;
  /** Called once for each delivery; `concurrency` calls at most at a time. */
  readonly process: (step: StepRef, delivery: Delivery) => Promise<Disposition>;
  readonly concurrency: number;
  readonly prefix?: string;
  /** How long a delivery is this worker's without being renewed, in ms. It is renewed at half of that. */
  readonly lockMs?: number;
  /** How often dead workers' messages are looked for, in ms. */
  readonly stalledIntervalMs?: number;
  /** Gets errors that no call reports, and errors of `process`. */
  readonly onError?: (error: Error) => void;
  /** Told how many messages of dead workers were found and are delivered again. */
  readonly onStalled?: (messageId: string) => void;
}

export interface StepWorker {
  /** Deliveries that are being worked on. */
  readonly running: number;
  /** The steps of these deliveries, and for how long each has been worked on, in ms. */
  inFlight(): readonly (StepRef & { readonly forMs: number })[];
  /** For how long a message could have been taken and none came, in ms; 0 while all of `concurrency` are at work. */
  readonly idleMs: number;
  /** Resolves when messages are being taken. */
  ready(): Promise<void>;
  /** Takes no more messages and waits for running ones; after `withinMs`, if given, as `closeNow`. */
  close(withinMs?: number): Promise<void>;
  /**
   * Leaves at once: running messages are delivered to others when their locks end. Works during `close` too,
   * and takes at most a second while Redis is away.
   */
  closeNow(): Promise<void>;
}

/** The job store counts attempts; a message may stall as often as workers die. */
const STALLS = 1_000_000;

/** The receiving side of the queue; it takes messages from its creation on. */
export function createStepWorker(options: StepWorkerOptions): StepWorker {
  const {
    connection,
    concurrency,
    prefix = QUEUE_PREFIX,
    lockMs = 30_000,
    stalledIntervalMs = 10_000,
  } = options;
  const { onError = () => undefined, onStalled = () => undefined } = options;
  const inFlight = new Set<{ readonly step: StepRef; readonly since: number }>();
  /** When a delivery came or ended last. */
  let changedAt = performance.now();
  const leave = new AbortController();
  setMaxListeners(concurrency + 1, leave.signal);
  const processor = stepProcessor(async (step, delivery) => {
    changedAt = performance.now();
    const begun = { step, since: changedAt };
    inFlight.add(begun);
    try {
      return await unlessAborted(options.process(step, delivery), leave.signal);
    } finally {
      inFlight.delete(begun);
      changedAt = performance.now();
    }
  }, onError);
  const worker = new Receiver(EXPORT_QUEUE, processor, {
    connection,
    prefix,
    concurrency,
    lockDuration: lockMs,
    stalledInterval: stalledIntervalMs,
    maxStalledCount: STALLS,
    // After a lost connection BullMQ waits this long before it asks again.
    runRetryDelay: 1_000,
    settings: { backoffStrategy: retryDelayMs },
  });
  worker.on('error', (error) => onError(nameLostDelivery(error)));
  worker.on('failed', (_, error) => {
    if (!(error instanceof DeliveryFailedError)) onError(error);
  });
  worker.on('stalled', onStalled);
  worker.on('lockRenewalFailed', (ids) => {
    for (const id of ids) worker.cancelJob(id, 'the lock of the message was lost');
  });
  async function closeNow(): Promise<void> {
    leave.abort();
    await worker.closeNow();
  }

  return {
    get running() {
      return inFlight.size;
    },
    inFlight() {
      const now = performance.now();
      return [...inFlight].map(({ step: { exportId, step }, since }) => ({
        exportId,
        step,
        forMs: Math.round(now - since),
      }));
    },
    get idleMs() {
      return inFlight.size < concurrency ? performance.now() - changedAt : 0;
    },
    async ready() {
      await worker.waitUntilReady();
    },
    async close(withinMs) {
      if (withinMs === undefined) return worker.close();
      if (!(await worker.closeWithin(withinMs))) await closeNow();
    },
    closeNow,
  };
}

/**
 * Ends with the work, or when it is to be abandoned. A race with one promise for all would keep every result
 * in memory.
 */
async function unlessAborted(work: Promise<Disposition>, leave: AbortSignal): Promise<Disposition | Abandon> {
  let abandon = (): void => undefined;
  const left = new Promise<Abandon>((resolve) => {
    abandon = () => resolve({ kind: 'abandon' });
  });
  leave.addEventListener('abort', abandon, { once: true });
  if (leave.aborted) abandon();
  try {
    return await Promise.race([work, left]);
  } finally {
    leave.removeEventListener('abort', abandon);
  }
}
