import type { RedisClient } from '@millrace/redis';
import { Queue } from 'bullmq';
import { bounded } from './bounded.js';
import { whenReady } from './when-ready.js';

/** The sending side of a BullMQ queue: opened when it is first needed, and again after it could not be opened. */
export interface SendingQueue {
  /**
   * Does something with the queue, once it is ready.
   *
   * @param operation what the error says was not possible
   * @throws QueueUnavailableError soon after Redis stopped answering; the work itself may go on
   */
  ask<T>(operation: string, work: (queue: Queue) => Promise<T>): Promise<T>;
  /** A queue that waits without bound while Redis is away. */
  bull(): Queue;
  close(): Promise<void>;
}

export interface SendingQueueOptions {
  readonly connection: RedisClient;
  readonly prefix: string;
  /** Bound of each call to Redis. */
  readonly timeoutMs: number;
  /** Entries that BullMQ's stream of events keeps; nobody here reads it. */
  readonly events: number;
  readonly onError: (error: Error) => void;
}

const CLOSE_MS = 1_000;

/** @param options.connection stays the caller's: it is not closed with the queue */
export function createSendingQueue(name: string, options: SendingQueueOptions): SendingQueue {
  const { connection, prefix, timeoutMs, events, onError } = options;
  const opened = new Set<Queue>();
  let ready: Promise<Queue> | undefined;

  function open(): Queue {
    const queue = new Queue(name, { connection, prefix, streams: { events: { maxLen: events } } });
    queue.on('error', onError);
    opened.add(queue);
    return queue;
  }

  // A Queue whose first commands fail never recovers, so one that failed to become ready is replaced.
  async function readyQueue(): Promise<Queue> {
    await whenReady(connection, timeoutMs);
    ready ??= (async () => {
      const queue = open();
      try {
        await queue.waitUntilReady();
        return queue;
      } catch (error) {
        ready = undefined;
        opened.delete(queue);
        throw error;
      }
    })();
    return ready;
  }

  return {
    async ask(operation, work) {
      const queue = await bounded(operation, timeoutMs, readyQueue());
      return bounded(operation, timeoutMs, work(queue));
    },
    bull: open,
    async close() {
      // A queue that cannot be closed has nothing to lose: the connection is the caller's.
      const closing = Promise.all([...opened].map((queue) => queue.close()));
      await bounded('be closed', CLOSE_MS, closing).catch(onError);
      opened.clear();
    },
  };
}
