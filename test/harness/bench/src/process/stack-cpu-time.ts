import type { LocalStack } from '@millrace/local-stack';
import { createRedisConnection, untilReady } from '@millrace/redis';
import { usageIn } from '../control-plane/redis-usage.js';
import { readCpuSeconds, readMainThreadCpuSeconds } from './cpu-time.js';

const REDIS_PATIENCE_MS = 10_000;

/** Processor time that a stack has used so far, in seconds. */
export interface StackCpuTime {
  /** Of its services and its Redis. */
  readonly whole: number;
  /**
   * The part of the API, of Redis, and of the main threads of workers; the rest evaluates, reads and writes.
   */
  readonly control: number;
}

export async function readStackCpuTime({ api, workers, redisUrl }: LocalStack): Promise<StackCpuTime> {
  const control = [readCpuSeconds(api.service.pid), redisCpuSeconds(redisUrl)];
  const mainThreads = workers.map(({ pid }) => readMainThreadCpuSeconds(pid));
  const processes = workers.map(({ pid }) => readCpuSeconds(pid));
  return {
    whole: await sumOf([...control, ...processes]),
    control: await sumOf([...control, ...mainThreads]),
  };
}

async function sumOf(readings: readonly Promise<number>[]): Promise<number> {
  return (await Promise.all(readings)).reduce((sum, seconds) => sum + seconds, 0);
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
