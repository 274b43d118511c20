import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { openLine } from '@millrace/chaos';
import type { Line } from '@millrace/chaos';
import type { DispatchedStep } from '@millrace/export';
import { createExportQueue, type ExportQueue } from '@millrace/queue';
import { REDIS_ADDRESS, REDIS_URL } from '../redis-url.js';

const plan: DispatchedStep = { exportId: 'e1', step: 'plan', round: 0 };
const unavailable = { name: 'QueueUnavailableError' };

let line: Line;
let connection: Redis;
let queue: ExportQueue;
let prefix: string;

function openQueue(): void {
  connection = new Redis(line.port, '127.0.0.1', {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    autoResendUnfulfilledCommands: false,
    commandTimeout: 200,
    disconnectTimeout: 10,
    retryStrategy: () => 20,
  });
  connection.on('error', () => undefined);
  queue = createExportQueue({ connection, prefix, timeoutMs: 300 });
}

/** `once` of Node would reject when an attempt from before the line was open fails after this call. */
function connected(): Promise<void> {
  return new Promise((resolve) => connection.once('ready', resolve));
}

beforeEach(async () => {
  prefix = `{t-${randomUUID()}}`;
  line = await openLine(REDIS_ADDRESS);
});
afterEach(async () => {
  connection.disconnect();
  await line.close().catch(() => undefined);
  const sweep = new Redis(REDIS_URL);
  const keys = await sweep.keys(`${prefix}*`);
  if (keys.length > 0) await sweep.del(keys);
  await sweep.quit();
});

test('sending is refused while nothing listens, and goes on when Redis is there', async () => {
  await line.close();
  openQueue();
  await expect(queue.enqueue([plan])).rejects.toMatchObject(unavailable);
  line = await openLine(REDIS_ADDRESS, line.port);
  await connected();
  await queue.enqueue([plan]);
  expect((await queue.read()).jobs.waiting).toBe(1);
});

test('sending is refused while Redis accepts connections and says nothing', async () => {
  line.cut('silent');
  openQueue();
  await expect(queue.enqueue([plan])).rejects.toMatchObject(unavailable);
});

test('sending is refused when Redis falls silent in between, and goes on after a reconnect', async () => {
  openQueue();
  await connected();
  await queue.enqueue([plan]);
  line.cut('silent');
  await expect(queue.enqueue([{ ...plan, exportId: 'e2' }])).rejects.toMatchObject(unavailable);
  await line.close();
  line = await openLine(REDIS_ADDRESS, line.port);
  await connected();
  await queue.enqueue([plan, { ...plan, exportId: 'e3' }]);
  expect((await queue.read()).jobs.waiting).toBe(2);
});
