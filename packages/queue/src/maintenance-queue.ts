import type { RedisClient } from '@millrace/redis';
import type { Queue } from 'bullmq';
import { DeliveryLostError, nameLostDelivery } from './errors.js';
import { QUEUE_PREFIX } from './message.js';
import { Receiver } from './receiver.js';
import { createSendingQueue } from './sending-queue.js';

/** Name of the queue whose messages say that the period of a background task has passed. They carry its name only. */
const MAINTENANCE_QUEUE = 'maintenance';

/** A task's place in the schedule. */
export interface Schedule {
  readonly task: string;
  readonly everyMs: number;
}

/** Tasks whose job scheduler was made again. */
export interface Restored {
  /** They had none: it is the first time, or it was lost. */
  readonly missing: readonly string[];
  /** Their scheduler has given no tick for some periods: the message of the next tick was lost. */
  readonly overdue: readonly string[];
}

export interface MaintenanceQueue {
  /**
   * Ensures that each task has one job scheduler with this period that gives ticks, and that no other task has one. Must
   * be repeated: schedulers are lost with the data of Redis.
   *
   * @throws QueueUnavailableError
   */
  ensure(schedules: readonly Schedule[]): Promise<Restored>;
  /** Asks for an activation now. @throws QueueUnavailableError */
  signal(task: string): Promise<void>;
  /** The queue itself, for a dashboard. It waits without bound while Redis is away. */
  bull(): Queue;
  close(): Promise<void>;
}

/** A tick is gone once it has been handled; of those that failed some are kept to be looked at. */
const TICK = { removeOnComplete: true, removeOnFail: { count: 100, age: 24 * 3_600 } } as const;

/** BullMQ's stream of events is not read by anybody. */
const EVENTS = 100;

/** A scheduler whose tick is late by this many periods, and by this many milliseconds, has lost it. */
const OVERDUE_PERIODS = 3;
const OVERDUE_MS = 120_000;

const TIMEOUT_MS = 5_000;
const CLOSE_MS = 2_000;

/** @param options.connection stays the caller's */
export function createMaintenanceQueue(options: {
  connection: RedisClient;
  prefix?: string;
  onError: (error: Error) => void;
}): MaintenanceQueue {
  const { ask, bull, close } = createSendingQueue(MAINTENANCE_QUEUE, {
    connection: options.connection,
    prefix: options.prefix ?? QUEUE_PREFIX,
    timeoutMs: TIMEOUT_MS,
    events: EVENTS,
    onError: options.onError,
  });
  return {
    ensure: (schedules) =>
      ask('keep the schedule of background tasks', async (queue) => {
        const found = new Map((await queue.getJobSchedulers()).map(({ key, next }) => [key, next]));
        // Nobody takes the ticks of a paused queue.
        const isPaused = await queue.isPaused();
        const missing = schedules.filter(({ task }) => !found.has(task));
        const overdue = schedules.filter(
          ({ task, everyMs }) => !isPaused && isOverdue(found.get(task), everyMs),
        );
        // A scheduler whose next message is gone does not make another one, and is made anew.
        for (const { task } of overdue) await queue.removeJobScheduler(task);
        for (const { task, everyMs } of schedules) {
          await queue.upsertJobScheduler(task, { every: everyMs }, { name: task, opts: TICK });
        }
        for (const { task } of schedules) found.delete(task);
        for (const other of found.keys()) await queue.removeJobScheduler(other);
        return { missing: missing.map(({ task }) => task), overdue: overdue.map(({ task }) => task) };
      }),
    signal: (task) =>
      ask('ask for a background task', async (queue) => {
        await queue.add(task, {}, TICK);
      }),
    bull,
    close,
  };
}

function isOverdue(next: number | undefined, everyMs: number): boolean {
  return next !== undefined && Date.now() - next > Math.max(OVERDUE_PERIODS * everyMs, OVERDUE_MS);
}

export interface MaintenanceWorker {
  ready(): Promise<void>;
  /** Takes no more ticks, and waits for `activate` to resolve, for a few seconds at most, also while Redis is away. */
  close(): Promise<void>;
}

/**
 * Takes ticks and activates the tasks that they name.
 *
 * @param options.connection must wait out an outage: `maxRetriesPerRequest: null`; stays the caller's
 * @param options.concurrency ticks at a time: as many as there are tasks, so that a slow one delays no other
 */
export function createMaintenanceWorker(options: {
  connection: RedisClient;
  prefix?: string;
  concurrency: number;
  /** `timeout` when its period has passed, `signal` when somebody asked for it. */
  activate: (task: string, reason: 'timeout' | 'signal') => Promise<void>;
  /** A tick was lost in an outage. What it activated goes on, and the schedule has the next one. */
  onLost: (error: DeliveryLostError) => void;
  onError: (error: Error) => void;
}): MaintenanceWorker {
  const tell = (error: Error): void => {
    const named = nameLostDelivery(error);
    if (named instanceof DeliveryLostError) options.onLost(named);
    else options.onError(named);
  };
  const worker = new Receiver(
    MAINTENANCE_QUEUE,
    async (tick) => {
      // Only a tick of a scheduler knows its scheduler.
      await options.activate(tick.name, tick.repeatJobKey === undefined ? 'signal' : 'timeout');
    },
    {
      connection: options.connection,
      prefix: options.prefix ?? QUEUE_PREFIX,
      concurrency: options.concurrency,
      // After a lost connection BullMQ waits this long before it asks again.
      runRetryDelay: 1_000,
    },
  );
  worker.on('error', tell);
  worker.on('failed', (_, error) => tell(error));
  return {
    async ready() {
      await worker.waitUntilReady();
    },
    async close() {
      if (!(await worker.closeWithin(CLOSE_MS))) await worker.closeNow();
    },
  };
}
