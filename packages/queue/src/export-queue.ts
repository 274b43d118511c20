import type { DispatchedStep } from '@millrace/export';
import type { RedisClient } from '@millrace/redis';
import type { JobsOptions, Queue } from 'bullmq';
import { EXPORT_QUEUE, MAX_MESSAGE_BYTES, QUEUE_PREFIX, messageId } from './message.js';
import { readQueue, type QueueReading } from './queue-reading.js';
import { createSendingQueue } from './sending-queue.js';

export interface ExportQueueOptions {
  /** Stays the caller's: it is not closed with the queue. */
  readonly connection: RedisClient;
  readonly prefix?: string;
  /** Bound of each call to Redis. */
  readonly timeoutMs?: number;
  /** Told of errors that no call reports. */
  readonly onError?: (error: Error) => void;
}

export interface ExportQueue {
  /**
   * Adds a message for each step and round, in order. One whose message is there already is left as it is.
   *
   * @throws QueueUnavailableError soon after Redis stopped answering; it may be repeated
   */
  enqueue(steps: readonly DispatchedStep[]): Promise<void>;
  /** Those of the steps whose message will not be delivered: it is not there, or has failed. At most some hundred at a time. */
  undelivered(steps: readonly DispatchedStep[]): Promise<readonly DispatchedStep[]>;
  /** How much is in the queue, for metrics. @throws QueueUnavailableError */
  read(): Promise<QueueReading>;
  /** The queue itself, for a dashboard. It waits without bound while Redis is away. */
  bull(): Queue;
  close(): Promise<void>;
}

/** Messages in one transaction; 500 take Redis about 40 ms. */
const BULK = 500;

/**
 * BullMQ's own limits are out of the way: the job store counts attempts. A message is removed once its step has been
 * looked at, so that its id can be used again.
 */
const MESSAGE_OPTIONS = {
  attempts: 1_000_000,
  backoff: { type: 'custom' },
  removeOnComplete: true,
  removeOnFail: { count: 1_000, age: 24 * 3_600 },
  sizeLimit: MAX_MESSAGE_BYTES,
  stackTraceLimit: 1,
} as const satisfies JobsOptions;

/** BullMQ's stream of events is not read by anybody; it need not hold more than a dashboard shows. */
const EVENTS = 500;

/** The sending side of the queue. Creating it does not need Redis; using it does. */
export function createExportQueue(options: ExportQueueOptions): ExportQueue {
  const { connection, prefix = QUEUE_PREFIX, timeoutMs = 1_000, onError = () => undefined } = options;
  const { ask, bull, close } = createSendingQueue(EXPORT_QUEUE, {
    connection,
    prefix,
    timeoutMs,
    onError,
    events: EVENTS,
  });

  return {
    async enqueue(steps) {
      for (let at = 0; at < steps.length; at += BULK) {
        const messages = steps.slice(at, at + BULK).map(({ exportId, step, round }) => ({
          name: 'step',
          data: { exportId, step },
          opts: { ...MESSAGE_OPTIONS, jobId: messageId({ exportId, step }, round) },
        }));
        await ask('add messages', (queue) => queue.addBulk(messages));
      }
    },
    undelivered: (steps) =>
      ask('be asked for messages', async (queue) => {
        const found = await Promise.all(
          steps.map(
            async (step) => [step, await isToBeDelivered(queue, messageId(step, step.round))] as const,
          ),
        );
        return found.flatMap(([step, isThere]) => (isThere ? [] : [step]));
      }),
    read: () => ask('be read', readQueue),
    bull,
    close,
  };
}

/** A message whose hash somebody has removed may still be in a list, but will not be delivered. */
async function isToBeDelivered(queue: Queue, id: string): Promise<boolean> {
  const [job, state] = await Promise.all([queue.getJob(id), queue.getJobState(id)]);
  return job !== undefined && state !== 'unknown' && state !== 'failed' && state !== 'completed';
}
