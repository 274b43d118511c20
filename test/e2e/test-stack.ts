import { randomUUID } from 'node:crypto';
import { startStack } from '@millrace/local-stack';
import type { LocalStack } from '@millrace/local-stack';
import { REDIS_URL } from '../redis-url.js';

/** API and workers as separate processes over the Redis of the test run, under a key prefix of their own. */
export async function startTestStack(options: {
  data: string;
  workers: number;
  environment?: Record<string, string>;
}): Promise<LocalStack> {
  return startStack({
    data: options.data,
    workers: options.workers,
    redisUrl: REDIS_URL,
    environment: { REDIS_PREFIX: `{e2e-${randomUUID()}}`, LOG_LEVEL: 'debug', ...options.environment },
  });
}
