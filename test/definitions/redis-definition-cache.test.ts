import { randomUUID } from 'node:crypto';
import { afterAll } from '@jest/globals';
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
  const make = () => createRedisDefinitionCache({ redis, prefix, tenant: 'default', completeForMs: 10_000 });
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
