import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import type { DispatchedStep } from '@millrace/export';
import { createExportQueue, type ExportQueue } from '@millrace/queue';
import { Passage, redisUrl } from './passage.js';

const plan: DispatchedStep = { exportId: 'e1', step: 'plan', round: 0 };
const unavailable = { name: 'QueueUnavailableError' };

let passage: Passage;
let port: number;
let connection: Redis;
let queue: ExportQueue;
let prefix: string;

function openQueue(): void {
  connection = new Redis(port, '127.0.0.1', {
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

beforeEach(async () => {
  prefix = `{t-${randomUUID()}}`;
  passage = new Passage();
  port = await passage.open();
});
afterEach(async () => {
  connection.disconnect();
  await passage.cut().catch(() => undefined);
  const sweep = new Redis(redisUrl.href);
  const keys = await sweep.keys(`${prefix}*`);
  if (keys.length > 0) await sweep.del(keys);
  await sweep.quit();
});

test('sending is refused while nothing listens, and goes on when Redis is there', async () => {
  await passage.cut();
  openQueue();
  await expect(queue.enqueue([plan])).rejects.toMatchObject(unavailable);
  passage = new Passage();
  await passage.open(port);
  await once(connection, 'ready');
  await queue.enqueue([plan]);
  expect((await queue.read()).jobs.waiting).toBe(1);
});

test('sending is refused while Redis accepts connections and says nothing', async () => {
  await passage.cut();
  const silent = createServer((socket) => socket.on('error', () => undefined).pause());
  silent.listen(port, '127.0.0.1');
  await once(silent, 'listening');
  openQueue();
  await expect(queue.enqueue([plan])).rejects.toMatchObject(unavailable);
  connection.disconnect();
  silent.close();
});

test('sending is refused when Redis falls silent in between, and goes on after a reconnect', async () => {
  openQueue();
  await once(connection, 'ready');
  await queue.enqueue([plan]);
  passage.silence();
  await expect(queue.enqueue([{ ...plan, exportId: 'e2' }])).rejects.toMatchObject(unavailable);
  await passage.cut();
  passage = new Passage();
  await passage.open(port);
  await once(connection, 'ready');
  await queue.enqueue([plan, { ...plan, exportId: 'e3' }]);
  expect((await queue.read()).jobs.waiting).toBe(2);
});
