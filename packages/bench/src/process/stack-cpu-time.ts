import { createRedisConnection, untilReady } from '@millrace/jobstore';
import type { LocalStack } from '@millrace/local-stack';
import { usageIn } from '../control-plane/redis-usage.js';
import { readCpuSeconds } from './cpu-time.js';

const REDIS_PATIENCE_MS = 10_000;

/** Processor time that the services of a stack and its Redis have used so far, in seconds. */
export async function stackCpuSeconds({ api, workers, redisUrl }: LocalStack): Promise<number> {
  const services = [api.service, ...workers];
  const used = await Promise.all(services.map(({ pid }) => readCpuSeconds(pid)));
  return used.reduce((sum, seconds) => sum + seconds, await redisCpuSeconds(redisUrl));
}

async function redisCpuSeconds(url: string): Promise<number> {
  const redis = createRedisConnection(url, 'request');
  try {
    await untilReady(redis, REDIS_PATIENCE_MS);
    return usageIn(await redis.info('cpu')).cpuSeconds;
  } finally {
    redis.disconnect();
  }
}
