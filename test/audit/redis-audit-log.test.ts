import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { createRedisAuditLog } from '@millrace/audit';
import { describeAuditLog } from '@millrace/audit/contract';
import { REDIS_URL } from '../redis-url.js';

describeAuditLog('the audit log in Redis', async (maxBytes = 1 << 20) => {
  const redis = new Redis(REDIS_URL);
  const prefix = `{t-audit-${randomUUID()}}`;
  const now = async (): Promise<number> => {
    const [seconds, micros] = await redis.time();
    return Number(seconds) * 1_000 + Math.floor(Number(micros) / 1_000);
  };
  return {
    log: createRedisAuditLog({ redis, prefix, maxBytes }),
    now,
    async elapse(ms) {
      const until = (await now()) + ms;
      while ((await now()) < until);
    },
    async close() {
      const keys = await redis.keys(`${prefix}*`);
      if (keys.length > 0) await redis.unlink(keys);
      await redis.quit();
    },
  };
});
