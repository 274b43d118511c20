import { randomUUID } from 'node:crypto';
import { afterAll, expect, test } from '@jest/globals';
import { createRedisDefinitionCache } from '@millrace/definitions';
import { Redis } from 'ioredis';
import { describeDefinitionCache } from '@millrace/definitions/contract';
import { REDIS_URL } from '../redis-url.js';

const redis = new Redis(REDIS_URL, { lazyConnect: true });
const prefixes: string[] = [];

afterAll(async () => {
  for (const prefix of prefixes) {
    const keys = await redis.keys(`${prefix.replaceAll(/[{}]/g, '\\$&')}:*`);
    if (keys.length > 0) await redis.del(keys);
  }
  await redis.quit();
});

describeDefinitionCache('Redis', async () => {
  const prefix = `{test-${randomUUID()}}`;
  prefixes.push(prefix);
  const make = () =>
    createRedisDefinitionCache({
      redis,
      prefix,
      tenant: 'default',
      type: 'ViewDefinition',
      completeForMs: 10_000,
    });
  return {
    cache: make(),
    other: make(),
    async outlive() {
      const key = `${prefix}:definitions:default:complete`;
      await redis.pexpire(key, 1);
      while ((await redis.exists(key)) === 1);
    },
  };
});

test('a generation does not come again after Redis has lost all', async () => {
  const prefix = `{test-${randomUUID()}}`;
  prefixes.push(prefix);
  const options = { redis, prefix, tenant: 'default', completeForMs: 10_000 } as const;
  const cache = createRedisDefinitionCache({ ...options, type: 'Library' });
  const seen = new Set<string>();
  for (let time = 0; time < 3; time += 1) {
    for (let change = 0; change < 3; change += 1) {
      const { generation } = await cache.announceChange();
      expect(seen).not.toContain(generation);
      seen.add(generation);
    }
    await redis.del(`${prefix}:definitions:default:Library:generation`);
  }
});
