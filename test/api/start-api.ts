import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compose, configSchema, unsafeSettings } from '@millrace/api-service';
import type { ApiService } from '@millrace/api-service';
import { loadConfig } from '@millrace/configuration';
import { createRedisJobStore } from '@millrace/jobstore';
import type { RedisJobStore } from '@millrace/jobstore';
import { createRedisConnection, untilReady } from '@millrace/redis';
import { openSink } from '@millrace/storage';
import type { Sink } from '@millrace/storage';
import { REDIS_URL } from '../redis-url.js';

/** A set of stores that any number of API instances share. */
export interface Platform {
  readonly out: string;
  readonly data: string;
  readonly store: Sink;
  readonly jobs: RedisJobStore;
  /** Of all keys in Redis. */
  readonly prefix: string;
  /** Starts an instance; environment variables replace the usual ones. */
  start(environment?: Readonly<Record<string, string>>): Promise<ApiService>;
  /** Number of exports that Redis knows, whatever their state. */
  exportCount(): Promise<number>;
  /** Deletes everything in Redis. */
  loseRedis(): Promise<void>;
  /** `<export>/<step>` of steps that wait. */
  queued(): Promise<string[]>;
  close(): Promise<void>;
}

/** Fresh folders and a Redis prefix of its own. */
export async function openPlatform(): Promise<Platform> {
  const root = await mkdtemp(join(tmpdir(), 'millrace-api-'));
  const [data, out] = [join(root, 'data'), join(root, 'out')];
  await mkdir(data);
  await mkdir(out);
  await writeFile(join(data, 'Patient.ndjson'), '{"resourceType":"Patient","id":"p1","gender":"female"}\n');
  const prefix = `{api-${randomUUID()}}`;
  const redis = createRedisConnection(REDIS_URL, 'request');
  await untilReady(redis, 5000);
  const services: ApiService[] = [];
  const keys = (pattern: string) => redis.keys(`${prefix.replaceAll(/[{}]/g, '\\$&')}${pattern}`);
  const loseRedis = async (): Promise<void> => {
    const found = await keys(':*');
    if (found.length > 0) await redis.del(found);
  };

  return {
    out,
    data,
    prefix,
    store: openSink({ kind: 'file', root: out }),
    jobs: createRedisJobStore({ redis, prefix }),
    async start(environment = {}) {
      const service = await compose(
        loadConfig(
          configSchema,
          {
            REDIS_URL,
            REDIS_PREFIX: prefix,
            MILLRACE_DATA: data,
            MILLRACE_OUT: out,
            PORT: '0',
            OPS_PORT: '0',
            LOG_LEVEL: 'silent',
            SHUTDOWN_TIMEOUT: '1s',
            ...environment,
          },
          unsafeSettings,
        ),
      );
      services.push(service);
      return service;
    },
    async exportCount() {
      const found = await keys(':x:*');
      return new Set(found.map((key) => key.slice(prefix.length).split(':')[2])).size;
    },
    loseRedis,
    queued: () => redis.zrange(`${prefix}:queued`, 0, -1),
    async close() {
      await Promise.all(services.map((service) => service.stop()));
      await loseRedis();
      redis.disconnect();
      // A request that was cut off may still be giving up its file.
      await rm(root, { recursive: true, maxRetries: 5 });
    },
  };
}
