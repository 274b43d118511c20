import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRedisConnection, untilReady } from '@millrace/jobstore';
import { resolveRedis } from '@millrace/local-redis';
import { z } from 'zod';
import { usageIn } from '../control-plane/redis-usage.js';
import { readCpuSeconds } from '../process/cpu-time.js';
import { CACHE_FOLDER } from '../workspace.js';
import type { LogEvent } from './log-event.js';
import { startService } from './service.js';
import type { Service } from './service.js';

/** A Redis of its own and an API; workers come as they are asked for. Everything listens on 127.0.0.1 only. */
export interface BenchStack extends AsyncDisposable {
  /** FHIR base URL. */
  readonly fhirUrl: string;
  readonly redisUrl: string;
  /** Where output is written. */
  readonly outFolder: string;
  /** Processor time that its services and its Redis have used so far, in seconds. */
  cpuSeconds(): Promise<number>;
  /** @param env what differs from the default settings of a worker */
  startWorker(env: Readonly<Record<string, string>>, onEvent?: (event: LogEvent) => void): Promise<Service>;
}

const REDIS_PATIENCE_MS = 10_000;
const apiStartedSchema = z.object({ fhir: z.url() });

/** @param data folder of sources */
export async function startStack(data: string, report: (line: string) => void): Promise<BenchStack> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-bench-'));
  const services: Service[] = [];
  const endings: (() => Promise<void>)[] = [() => rm(folder, { recursive: true, force: true })];
  const dispose = async (): Promise<void> => {
    await Promise.all(services.map((service) => service.stop()));
    for (const end of endings.toReversed()) await end();
  };
  try {
    const redis = await resolveRedis({
      dataFolder: join(folder, 'redis'),
      cacheFolder: CACHE_FOLDER,
      log: report,
    });
    endings.push(() => redis.stop());
    const outFolder = join(folder, 'out');
    const shared = {
      PATH: '/usr/bin:/bin',
      REDIS_URL: redis.url,
      MILLRACE_DATA: data,
      MILLRACE_OUT: outFolder,
      OPS_PORT: '0',
    };
    const start = async (...args: Parameters<typeof startService>): Promise<Service> => {
      const service = await startService(...args);
      services.push(service);
      return service;
    };
    const api = await start('api', { ...shared, PORT: '0' }, () => undefined);
    return {
      fhirUrl: apiStartedSchema.parse(api.started).fhir,
      redisUrl: redis.url,
      outFolder,
      async cpuSeconds() {
        const used = await Promise.all(services.map(({ pid }) => readCpuSeconds(pid)));
        return used.reduce((sum, seconds) => sum + seconds, await redisCpuSeconds(redis.url));
      },
      startWorker: (env, onEvent = () => undefined) => start('worker', { ...shared, ...env }, onEvent),
      [Symbol.asyncDispose]: dispose,
    };
  } catch (error) {
    await dispose();
    throw error;
  }
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
