import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { checkRedis } from '@millrace/redis';
import { Redis } from 'ioredis';
import { CACHE_FOLDER, type ResolvedRedis, resolveRedis, startLocalRedis } from '@millrace/local-stack';

// The first start on a machine may download Redis.
jest.setTimeout(180_000);

let dataFolder: string;
const started: ResolvedRedis[] = [];

beforeEach(async () => {
  dataFolder = await mkdtemp(join(tmpdir(), 'millrace-redis-'));
});
afterEach(async () => {
  await Promise.all(started.splice(0).map((redis) => redis.stop()));
  await rm(dataFolder, { recursive: true, force: true });
});

async function start(folder = dataFolder): Promise<ResolvedRedis> {
  const redis = await resolveRedis({ dataFolder: folder, cacheFolder: CACHE_FOLDER });
  started.push(redis);
  return redis;
}

async function withClient<T>(url: string, use: (client: Redis) => Promise<T>): Promise<T> {
  const client = new Redis(url);
  try {
    return await use(client);
  } finally {
    client.disconnect();
  }
}

describe('a Redis that is started', () => {
  test('keeps what was written over a stop and a start', async () => {
    const first = await start();
    await withClient(first.url, (client) => client.set('{millrace}:kept', 'yes'));
    await first.stop();
    const second = await start();
    expect(await withClient(second.url, (client) => client.get('{millrace}:kept'))).toBe('yes');
  });

  test('is durable, never evicts and listens on this machine only', async () => {
    const { url } = await start();
    const settings = await withClient(url, async (client) => ({
      ...pairs(await client.config('GET', 'append*')),
      ...pairs(await client.config('GET', 'maxmemory-policy')),
      ...pairs(await client.config('GET', 'bind')),
    }));
    expect(settings).toMatchObject({
      appendonly: 'yes',
      appendfsync: 'everysec',
      'maxmemory-policy': 'noeviction',
      bind: '127.0.0.1',
    });
  });

  test('does not share its folder with a second one', async () => {
    await start();
    await expect(start()).rejects.toThrow(/already runs a Redis on/);
  });

  test('can be one of several that start at the same time', async () => {
    const folders = ['a', 'b', 'c'].map((name) => join(dataFolder, name));
    const urls = (await Promise.all(folders.map(start))).map(({ url }) => url);
    expect(new Set(urls).size).toBe(3);
  });
});

describe('a Redis that is given', () => {
  test('is used as it is, and outlives the one who asked', async () => {
    const { url } = await start();
    const given = await resolveRedis({ url, dataFolder, cacheFolder: CACHE_FOLDER });
    expect(given).toMatchObject({ url, how: 'given' });
    await given.stop();
    expect(await withClient(url, (client) => client.ping())).toBe('PONG');
  });

  test('is refused when it may evict', async () => {
    const { url } = await start();
    await withClient(url, async (client) => {
      await client.config('SET', 'maxmemory-policy', 'allkeys-lru');
      await expect(checkRedis(client)).rejects.toThrow(/allkeys-lru/);
    });
    await expect(resolveRedis({ url, dataFolder, cacheFolder: CACHE_FOLDER })).rejects.toThrow(/noeviction/);
  });
});

describe('a Redis that is killed', () => {
  test('has what it acknowledged when it is started again on its port', async () => {
    const killed = await startLocalRedis({ dataFolder, cacheFolder: CACHE_FOLDER });
    await withClient(killed.url, (client) => client.set('{millrace}:kept', 'yes'));
    process.kill(killed.pid, 'SIGKILL');
    await killed.stop();

    const again = await startLocalRedis({
      dataFolder,
      cacheFolder: CACHE_FOLDER,
      port: Number(new URL(killed.url).port),
    });
    expect(again.url).toBe(killed.url);
    expect(await withClient(again.url, (client) => client.get('{millrace}:kept'))).toBe('yes');
    await again.stop();
  });
});

describe('the program that holds a Redis', () => {
  const main = 'packages/local-stack/dist/redis/main.js';

  async function hold() {
    execFileSync(process.execPath, [
      'node_modules/typescript/bin/tsc',
      '-b',
      'packages/local-stack/tsconfig.build.json',
    ]);
    const { REDIS_URL: _, ...env } = process.env;
    const holder = spawn(process.execPath, [main, '--data', dataFolder], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env,
    });
    const [line] = (await once(createInterface(holder.stdout), 'line')) as [string];
    return { holder, url: line.replace('REDIS_URL=', '') };
  }

  async function gone(url: string): Promise<void> {
    const client = new Redis(url, { lazyConnect: true, retryStrategy: null });
    client.on('error', () => undefined);
    await client.connect().catch(() => undefined);
    while (client.status !== 'end') await once(client, 'end');
  }

  test('ends it when its input ends', async () => {
    const { holder, url } = await hold();
    const exit = once(holder, 'exit');
    holder.stdin.end();
    expect(await exit).toEqual([0, null]);
    await gone(url);
  });

  test('takes it along when it is killed', async () => {
    const { holder, url } = await hold();
    holder.kill('SIGKILL');
    await gone(url);
  });
});

function pairs(reply: unknown): Record<string, string> {
  const flat = reply as string[];
  return Object.fromEntries(flat.flatMap((key, at) => (at % 2 === 0 ? [[key, flat[at + 1] ?? '']] : [])));
}
