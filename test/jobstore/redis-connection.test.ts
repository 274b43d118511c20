import { afterEach, describe, expect, test } from '@jest/globals';
import { createRedisConnection, untilReady } from '@millrace/redis';
import type { ConnectionRole } from '@millrace/redis';
import type { Redis } from 'ioredis';
import { openLine } from '@millrace/chaos';
import { REDIS_ADDRESS, REDIS_URL } from '../redis-url.js';

const nobody = 'redis://127.0.0.1:1';

const connections: Redis[] = [];
afterEach(() => {
  for (const connection of connections.splice(0)) connection.disconnect();
});

function connect(to: string, role: ConnectionRole, onError?: (error: Error) => void): Redis {
  const connection = createRedisConnection(to, role, onError);
  connections.push(connection);
  return connection;
}

describe.each(['request', 'lease'] as const)('a connection for %s', (role) => {
  test('refuses a command at once while Redis is away', async () => {
    const errors: Error[] = [];
    const connection = connect(nobody, role, (error) => errors.push(error));
    await expect(connection.ping()).rejects.toThrow();
    await expect(untilReady(connection, 200)).rejects.toThrow(/200 ms/);
    expect(errors[0]?.message).toMatch(/ECONNREFUSED/);
  });

  test('works once it is ready', async () => {
    const connection = connect(REDIS_URL, role);
    await untilReady(connection, 5_000);
    expect(await connection.ping()).toBe('PONG');
  });

  test('gives up on a Redis that says nothing', async () => {
    const line = await openLine(REDIS_ADDRESS);
    const connection = connect(`redis://127.0.0.1:${line.port}`, role);
    await untilReady(connection, 5_000);
    line.cut('silent');
    await expect(connection.get('{millrace}:any')).rejects.toThrow(/timed out/i);
    connection.disconnect();
    await line.close();
  });
});

test('a connection for workers keeps a command until Redis is there', async () => {
  const connection = connect(REDIS_URL, 'worker');
  expect(await connection.ping()).toBe('PONG');
});

test('waiting for a connection that is closed ends', async () => {
  const connection = connect(REDIS_URL, 'worker');
  const waiting = untilReady(connection, 60_000);
  connection.disconnect();
  await expect(waiting).rejects.toThrow(/closed/);
});
