import { createHash } from 'node:crypto';
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { CACHE_FOLDER, startLocalRedis, startStack } from '@millrace/local-stack';
import type { LocalStack, ServerProcess } from '@millrace/local-stack';
import { sampleDataDir } from '@millrace/samples';
import { idView } from '../e2e/id-view.js';
import { SLOWLY } from '../e2e/slowly.js';
import { oracleRows, oracleView } from '../e2e/source-data.js';
import { download, kickOff, rowsIn } from '../e2e/wire.js';
import type { FinishedExport } from '../e2e/wire.js';
import { until } from '../until.js';
import { AROUND_MS } from './outage-length.js';

const observation = oracleView('Observation');
const EXPORTS = 10;

let folder: string;
let data: string;
let redis: ServerProcess;
let stack: LocalStack;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-redis-emptied-'));
  data = await mkdtemp(join(folder, 'data-'));
  await cp(join(sampleDataDir, 'Observation.ndjson'), join(data, 'Observation.ndjson'));
  redis = await startRedis('before');
  const environment = {
    ...SLOWLY,
    SHARD_BYTES: '100000',
    CUT_BYTES: '30000',
    TENANT_EXPORT_CAP: String(EXPORTS + 1),
  };
  stack = await startStack({ data, redisUrl: redis.url, workers: 2, environment });
}, AROUND_MS);
afterAll(async () => {
  await stack?.[Symbol.asyncDispose]();
  await redis?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** A Redis without data, at the address of the one before. */
function startRedis(name: string): Promise<ServerProcess> {
  const port = redis === undefined ? {} : { port: Number(new URL(redis.url).port) };
  return startLocalRedis({ dataFolder: join(folder, name), cacheFolder: CACHE_FOLDER, ...port });
}

const begin = (): Promise<string> =>
  kickOff(stack.api.fhirUrl, { views: [observation.view], format: 'ndjson' });

async function shardsStored(statusUrl: string): Promise<number> {
  const id = statusUrl.split('/').at(-2) ?? '';
  const names = await readdir(join(stack.outFolder, 'default', id)).catch(() => []);
  return names.filter((name) => name.startsWith('shard-')).length;
}

function digestOf({ outputs }: FinishedExport): string {
  const hash = createHash('sha256');
  for (const { body } of outputs.get('observations') ?? []) hash.update(body);
  return hash.digest('hex');
}

test(
  'a Redis that comes back empty in the middle of ten exports loses none of them, and nothing is served twice or in part',
  async () => {
    const finished = await begin();
    const before = digestOf(await download(finished));
    const running = await Promise.all(Array.from({ length: EXPORTS - 1 }, begin));
    await until(
      async () => (await Promise.all(running.map(shardsStored))).filter((shards) => shards > 0).length >= 2,
      'two exports to have stored something',
    );
    process.kill(redis.pid, 'SIGKILL');
    await redis.ended;
    const unfinished = await Promise.all(running.map(shardsStored));
    redis = await startRedis('after');

    // Parts that lie in the store are not served before their export has ended.
    const early = await Promise.all(
      running.map(async (statusUrl) => {
        const file = await fetch(statusUrl.replace(/status$/, 'files/observations.part1.ndjson'));
        await file.arrayBuffer();
        const poll = await fetch(statusUrl, { redirect: 'manual' });
        await poll.arrayBuffer();
        return { file: file.status, isOver: poll.status === 303 };
      }),
    );
    for (const { file, isOver } of early) if (!isOver) expect([404, 503]).toContain(file);
    expect(unfinished.some((shards) => shards > 0)).toBe(true);
    expect(early.some(({ isOver }) => !isOver)).toBe(true);

    const expected = await oracleRows(observation, data);
    for (const statusUrl of [finished, ...running]) {
      const result = await download(statusUrl, AROUND_MS);
      expect(rowsIn(result.outputs.get('observations'))).toEqual(expected);
      expect(digestOf(result)).toBe(before);
      // Asked again, it is the same files.
      expect((await download(statusUrl)).manifest).toEqual(result.manifest);
    }

    // New exports are accepted as before.
    const next = await download(
      await kickOff(stack.api.fhirUrl, { views: [idView('Observation')], format: 'ndjson' }),
    );
    expect(rowsIn(next.outputs.get('observations')).length).toBeGreaterThan(0);
  },
  AROUND_MS * 3,
);

test(
  'a Redis that is restored from an older backup changes no result, and brings nothing back that was deleted since',
  async () => {
    const client = new Redis(redis.url);
    try {
      const deleted = await begin();
      await download(deleted);
      const running = await begin();
      await until(async () => (await shardsStored(running)) > 0, 'the export to have stored something');
      const backup = await backUp(client);
      const before = await download(running);
      const later = await begin();
      const laterBefore = await download(later);
      expect((await fetch(deleted.replace(/status$/, 'result'), { method: 'DELETE' })).status).toBe(202);
      await until(async () => (await statusOf(deleted)) === 404, 'the export to be deleted');

      await restore(client, backup);

      for (const [statusUrl, served] of [
        [running, before],
        [later, laterBefore],
      ] as const) {
        const again = await download(statusUrl, AROUND_MS);
        expect(again.outputs).toEqual(served.outputs);
        expect(again.manifest).toEqual(served.manifest);
      }
      const file = await fetch(deleted.replace(/status$/, 'files/observations.part1.ndjson'));
      await file.arrayBuffer();
      expect(file.status).toBe(404);
    } finally {
      client.disconnect();
    }
  },
  AROUND_MS * 2,
);

async function statusOf(url: string): Promise<number> {
  const response = await fetch(url, { redirect: 'manual' });
  await response.arrayBuffer();
  return response.status;
}

interface SavedKey {
  readonly key: string;
  readonly ttlMs: number;
  readonly content: Buffer;
}

/** All keys at one moment, as a backup of Redis has them: workers change several of them together. */
async function backUp(client: Redis): Promise<SavedKey[]> {
  const script = `local saved = {}
    for _, key in ipairs(redis.call('KEYS', '*')) do
      saved[#saved + 1] = { key, math.max(0, redis.call('PTTL', key)), redis.call('DUMP', key) }
    end
    return saved`;
  const saved = (await client.callBuffer('EVAL', script, '0')) as [Buffer, number, Buffer][];
  return saved.map(([key, ttlMs, content]) => ({ key: key.toString(), ttlMs, content }));
}

async function restore(client: Redis, saved: readonly SavedKey[]): Promise<void> {
  const write = client.multi().flushall();
  for (const { key, ttlMs, content } of saved) write.restore(key, ttlMs, content);
  await write.exec();
}
