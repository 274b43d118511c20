import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { createRedisJobStore } from '@millrace/jobstore';
import { CACHE_FOLDER, startLocalRedis } from '@millrace/local-stack';
import { createRedisConnection, untilReady } from '@millrace/redis';

const OWNER = { tenant: 't', client: 'c' };

/** Starts a server over a folder for the time of some work. */
async function withServer<T>(
  dataFolder: string,
  work: (store: ReturnType<typeof createRedisJobStore>) => Promise<T>,
): Promise<T> {
  const server = await startLocalRedis({
    dataFolder,
    cacheFolder: CACHE_FOLDER,
    settings: ['--appendonly', 'yes'],
  });
  const redis = createRedisConnection(server.url, 'request');
  try {
    await untilReady(redis, 10_000);
    return await work(createRedisJobStore({ redis, prefix: '{keys}' }));
  } finally {
    redis.disconnect();
    await server.stop();
  }
}

test('a key that nobody holds is not free after the server has started again, whatever it has kept', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-keys-'));
  try {
    const keyed = { ...OWNER, id: 'kept', idempotency: { key: 'kept', request: 'r' } };
    const before = await withServer(folder, async (store) => {
      const run = await store.serverRun();
      expect(await store.trustKeys(run)).toBe('trusted');
      expect(await store.create(keyed)).toMatchObject({ kind: 'created' });
      expect(await store.holderOf(OWNER, 'other')).toBeUndefined();
      return run;
    });
    await withServer(folder, async (store) => {
      expect(await store.holderOf(OWNER, 'kept')).toMatchObject({ id: 'kept' });
      expect(await store.holderOf(OWNER, 'other')).toBe('unsure');
      expect(await store.trustKeys(before)).toBe('over');
      expect(await store.trustKeys(await store.serverRun())).toBe('trusted');
      expect(await store.holderOf(OWNER, 'other')).toBeUndefined();
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}, 60_000);
