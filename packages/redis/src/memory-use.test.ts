import { expect, test } from '@jest/globals';
import { memoryUse } from './memory-use.js';
import type { RedisClient } from './client.js';

/** A server that tells these bytes. */
function server(fields: Readonly<Record<string, number>>): RedisClient {
  const lines = Object.entries(fields).map(([name, value]) => `${name}:${value}\r\n`);
  return { info: async () => `# Memory\r\n${lines.join('')}` } as unknown as RedisClient;
}

test.each([
  ['a part of maxmemory', { used_memory: 30, maxmemory: 40, total_system_memory: 1_000 }, 0.75],
  [
    'a part of the machine without maxmemory',
    { used_memory: 30, maxmemory: 0, total_system_memory: 60 },
    0.5,
  ],
  ['unknown where the server tells neither', { used_memory: 30 }, undefined],
])('the memory of Redis is %s', async (_, fields, use) => {
  expect(await memoryUse(server(fields))).toBe(use);
});
