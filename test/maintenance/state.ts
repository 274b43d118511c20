import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { createRedisJobStore } from '@millrace/jobstore';
import type { RedisJobStore } from '@millrace/jobstore';
import { openSink } from '@millrace/storage';
import type { Sink } from '@millrace/storage';
import { REDIS_URL } from '../redis-url.js';

/** A job store and an object store of a test, of which nobody else knows. */
export interface State extends AsyncDisposable {
  readonly redis: Redis;
  readonly prefix: string;
  readonly jobs: RedisJobStore;
  readonly folder: string;
  readonly store: Sink;
  /** Sets fields in the hash of an export, such as times in the past. */
  set(id: string, fields: Record<string, string | number>): Promise<void>;
  /** Every key of Redis and every object, with its content; the totals of all exports are left out. */
  everything(): Promise<Record<string, unknown>>;
}

export async function openState(): Promise<State> {
  const redis = new Redis(REDIS_URL);
  const prefix = `{t-${randomUUID()}}`;
  const folder = await mkdtemp(join(tmpdir(), 'millrace-maintenance-'));
  const store = openSink({ kind: 'file', root: folder });
  return {
    redis,
    prefix,
    folder,
    store,
    jobs: createRedisJobStore({ redis, prefix }),
    async set(id, fields) {
      await redis.hset(`${prefix}:x:${id}`, fields);
    },
    async everything() {
      const found: Record<string, unknown> = {};
      for (const key of (await redis.keys(`${prefix}*`)).sort())
        if (key !== `${prefix}:totals`) found[key] = (await redis.dumpBuffer(key))?.toString('hex');
      for await (const { key } of store.list(''))
        found[key] = Buffer.from((await store.read(key)) ?? '').toString();
      return found;
    },
    async [Symbol.asyncDispose]() {
      const keys = await redis.keys(`${prefix}*`);
      if (keys.length > 0) await redis.unlink(keys);
      await redis.quit();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The content of `request.json` of an export of one view. */
export function requestOf(id: string, acceptedAt: number) {
  return {
    schemaVersion: 1,
    id,
    tenant: 't',
    client: 'c',
    operation: 'sql-export',
    source: 'default',
    format: 'csv',
    header: true,
    fhirVersion: 'R4',
    acceptedAt: new Date(acceptedAt).toISOString(),
    subjects: [
      {
        kind: 'view',
        name: 'rows',
        view: { resourceType: 'ViewDefinition', status: 'active', resource: 'Patient', select: [] },
      },
    ],
  };
}
