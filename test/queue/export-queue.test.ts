import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import type { DispatchedStep, StepRef } from '@millrace/export';
import {
  createExportQueue,
  createStepWorker,
  type Delivery,
  type Disposition,
  type ExportQueue,
  type StepWorker,
  type StepWorkerOptions,
} from '@millrace/queue';
import { REDIS_URL } from '../redis-url.js';
import { until } from '../until.js';

let prefix: string;
let connection: Redis;
let queue: ExportQueue;
const workers: StepWorker[] = [];

beforeEach(() => {
  prefix = `{t-${randomUUID()}}`;
  connection = new Redis(REDIS_URL, { maxRetriesPerRequest: null });
  queue = createExportQueue({ connection, prefix });
});
afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.closeNow()));
  await queue.bull().obliterate({ force: true });
  await queue.close();
  await connection.quit();
});

const plan: DispatchedStep = { exportId: 'e1', step: 'plan', round: 0 };
const planRef: StepRef = { exportId: 'e1', step: 'plan' };

type Process = (step: StepRef, delivery: Delivery) => Promise<Disposition>;

function work(process: Process, options: Partial<StepWorkerOptions> = {}): StepWorker {
  const worker = createStepWorker({ connection, prefix, concurrency: 4, process, ...options });
  workers.push(worker);
  return worker;
}

/** A worker's deliveries, one by one, each answered by the test. */
function deliveries(options: Partial<StepWorkerOptions> = {}) {
  type Arrived = { step: StepRef; delivery: Delivery; answer: (disposition: Disposition) => void };
  const arrived: Arrived[] = [];
  let wake: (() => void) | undefined;
  const worker = work(
    (step, delivery) =>
      new Promise((answer) => {
        arrived.push({ step, delivery, answer });
        wake?.();
      }),
    options,
  );
  async function next(): Promise<Arrived> {
    for (;;) {
      const first = arrived.shift();
      if (first) return first;
      await new Promise<void>((resolve) => (wake = resolve));
    }
  }
  return { worker, next };
}

const isEmpty = async () => {
  const { jobs } = await queue.read();
  return jobs.waiting + jobs.active + jobs.delayed + jobs.failed === 0;
};

describe('a message', () => {
  test('reaches a worker, and is gone when the step has been looked at', async () => {
    const { next } = deliveries();
    await queue.enqueue([plan]);
    const { step, answer } = await next();
    expect(step).toEqual(planRef);
    answer({ kind: 'done' });
    await until(isEmpty);
  });

  test('is not doubled while it is there, and may be added again when it is gone', async () => {
    await queue.enqueue([plan]);
    await queue.enqueue([plan, plan]);
    expect((await queue.read()).jobs.waiting).toBe(1);
    const { next } = deliveries();
    (await next()).answer({ kind: 'done' });
    await until(isEmpty);
    await queue.enqueue([plan]);
    (await next()).answer({ kind: 'done' });
    await until(isEmpty);
  });

  test('of another round is another one', async () => {
    await queue.enqueue([plan]);
    await queue.enqueue([{ ...plan, round: 1 }]);
    expect((await queue.read()).jobs.waiting).toBe(2);
  });

  test('is added with thousands of others in order', async () => {
    const steps = Array.from({ length: 1_203 }, (_, n): DispatchedStep => ({
      exportId: 'e1',
      step: `shard-${n}`,
      round: 0,
    }));
    await queue.enqueue(steps);
    expect((await queue.read()).jobs.waiting).toBe(1_203);
    const { next } = deliveries({ concurrency: 1 });
    for (const step of steps.slice(0, 3)) {
      const delivered = await next();
      expect({ ...delivered.step, round: 0 }).toEqual(step);
      delivered.answer({ kind: 'done' });
    }
  });

  test('that is put off comes again and spends no attempt of BullMQ', async () => {
    const { next } = deliveries();
    await queue.enqueue([plan]);
    (await next()).answer({ kind: 'delay', ms: 50 });
    const again = await next();
    expect(again.step).toEqual(planRef);
    expect(again.delivery.ageMs).toBeGreaterThanOrEqual(45);
    expect((await queue.bull().getJob('e1.plan.0'))?.attemptsMade).toBe(0);
    again.answer({ kind: 'done' });
    await until(isEmpty);
  });

  test('that is handed back goes to another worker', async () => {
    const leaving = deliveries();
    await queue.enqueue([plan]);
    const first = await leaving.next();
    const closed = leaving.worker.close();
    const other = deliveries();
    first.answer({ kind: 'handback' });
    await closed;
    (await other.next()).answer({ kind: 'done' });
    await until(isEmpty);
  });

  test('whose processing throws comes again, and only the name of the error is kept', async () => {
    const errors: Error[] = [];
    let deliveriesSeen = 0;
    work(
      () => {
        deliveriesSeen += 1;
        return deliveriesSeen === 1
          ? Promise.reject(new RangeError('Eve Everywoman'))
          : Promise.resolve({ kind: 'done' });
      },
      { onError: (error) => errors.push(error) },
    );
    await queue.enqueue([plan]);
    await until(async () => (await queue.read()).jobs.delayed === 1);
    const job = await queue.bull().getJob('e1.plan.0');
    expect(job?.failedReason).toBe('Processing threw RangeError.');
    expect(JSON.stringify(job?.stacktrace)).not.toContain('Eve');
    await until(isEmpty);
    expect(errors.map(({ message }) => message)).toEqual(['Eve Everywoman']);
  });

  test('that is malformed is kept among the failed ones and not tried again', async () => {
    const errors: Error[] = [];
    work(() => Promise.resolve({ kind: 'done' }), { onError: (error) => errors.push(error) });
    await queue.bull().add('step', { exportId: 'e1', step: 'dance' }, { attempts: 5 });
    await until(async () => (await queue.read()).jobs.failed === 1);
    expect(errors[0]?.message).toMatch(/malformed/);
  });

  test('that is too large is refused', async () => {
    await expect(queue.enqueue([{ ...plan, exportId: 'e'.repeat(600) }])).rejects.toThrow(/size/);
  });
});

describe('a step without a message to come', () => {
  const second = { ...plan, round: 1 };

  test('is one that was never sent, that was looked at, or whose message somebody removed', async () => {
    await queue.enqueue([plan]);
    expect(await queue.undelivered([plan, second])).toEqual([second]);
    await queue.bull().remove('e1.plan.0');
    expect(await queue.undelivered([plan])).toEqual([plan]);

    await queue.enqueue([plan]);
    const { next } = deliveries();
    const { answer } = await next();
    expect(await queue.undelivered([plan])).toEqual([]);
    answer({ kind: 'delay', ms: 30 });
    const again = await next();
    again.answer({ kind: 'done' });
    await until(isEmpty);
    expect(await queue.undelivered([plan])).toEqual([plan]);
  });

  test('is one whose message has failed', async () => {
    work(() => Promise.resolve({ kind: 'done' }));
    await queue.bull().add('step', { exportId: 'e1', step: 'dance' }, { jobId: 'e1.plan.1', attempts: 1 });
    await until(async () => (await queue.read()).jobs.failed === 1);
    expect(await queue.undelivered([second])).toEqual([second]);
  });

  test('is one whose message lost its content, before and after a worker has found it so', async () => {
    await queue.enqueue([plan]);
    await connection.del(`${prefix}:export:e1.plan.0`);
    expect(await queue.undelivered([plan])).toEqual([plan]);
    work(() => Promise.resolve({ kind: 'done' }));
    await until(async () => (await queue.read()).jobs.waiting === 0);
    await until(async () => (await queue.undelivered([plan])).length === 1);
  });
});

describe('a worker', () => {
  const short = { lockMs: 400, stalledIntervalMs: 200 };

  test('that leaves at once lets others take over when its lock has ended', async () => {
    const dying = deliveries(short);
    await queue.enqueue([plan]);
    await dying.next();
    const waiting = dying.worker.close();
    await dying.worker.closeNow();
    await waiting;
    const stalled: string[] = [];
    const other = deliveries({ ...short, onStalled: (id) => stalled.push(id) });
    const taken = await other.next();
    expect(taken.step).toEqual(planRef);
    taken.answer({ kind: 'done' });
    await until(isEmpty);
    expect(stalled).toEqual(['e1.plan.0']);
  });

  test('keeps a message for as long as it works on it', async () => {
    const { worker, next } = deliveries(short);
    await queue.enqueue([plan]);
    const { delivery, answer } = await next();
    const watching = deliveries(short);
    const lock = `${prefix}:export:e1.plan.0:lock`;
    // Renewed at least twice: the time left falls and rises.
    let [left, rises] = [await connection.pttl(lock), 0];
    await until(async () => {
      const now = await connection.pttl(lock);
      if (now > left) rises += 1;
      left = now;
      return rises === 2;
    });
    expect(delivery.lost.aborted).toBe(false);
    expect(worker.running).toBe(1);
    expect(watching.worker.running).toBe(0);
    answer({ kind: 'done' });
    await until(isEmpty);
    expect(worker.running).toBe(0);
  });

  test('is told when its message was given to somebody else', async () => {
    const { next } = deliveries(short);
    await queue.enqueue([plan]);
    const { delivery, answer } = await next();
    const lost = new Promise((resolve) => delivery.lost.addEventListener('abort', resolve));
    await connection.set(`${prefix}:export:e1.plan.0:lock`, 'somebody-else');
    await lost;
    answer({ kind: 'done' });
  });

  test('takes no more than its concurrency at a time', async () => {
    const { worker, next } = deliveries({ concurrency: 2 });
    await queue.enqueue(
      [0, 1, 2].map((n): DispatchedStep => ({ exportId: 'e1', step: `shard-${n}`, round: 0 })),
    );
    const first = await next();
    const second = await next();
    expect(worker.running).toBe(2);
    expect((await queue.read()).jobs).toMatchObject({ active: 2, waiting: 1 });
    first.answer({ kind: 'done' });
    (await next()).answer({ kind: 'done' });
    second.answer({ kind: 'done' });
    await until(isEmpty);
  });
});

describe('the queue', () => {
  test('tells its depth and its age', async () => {
    await queue.enqueue([plan]);
    const reading = await queue.read();
    expect(reading).toMatchObject({
      queue: 'export',
      jobs: { waiting: 1, active: 0, delayed: 0, failed: 0 },
      paused: false,
    });
    expect(reading.oldestWaitingSeconds).toBeGreaterThanOrEqual(0);
  });

  test('keeps its keys under its prefix, and few events', async () => {
    await queue.enqueue([plan]);
    expect(await connection.hget(`${prefix}:export:meta`, 'opts.maxLenEvents')).toBe('500');
    expect(await connection.exists(`${prefix}:export:e1.plan.0`)).toBe(1);
  });
});
