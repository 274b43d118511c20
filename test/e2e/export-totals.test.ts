import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { CACHE_FOLDER, startLocalRedis, startStack } from '@millrace/local-stack';
import type { RunningApi, ServerProcess } from '@millrace/local-stack';
import { until } from '../until.js';
import { idView } from './id-view.js';
import { totalsOf } from './read-totals.js';
import { kickOff, resultOf } from './wire.js';

let folder: string;
let data: string;
let redis: ServerProcess;
const place = () => ({
  dataFolder: join(folder, 'redis'),
  cacheFolder: CACHE_FOLDER,
  // Redis keeps every write that it has answered, so that the numbers after a crash are known.
  settings: ['--appendfsync', 'always'],
});
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-totals-'));
  data = await mkdtemp(join(folder, 'data-'));
  await writeFile(join(data, 'Patient.ndjson'), '{"resourceType":"Patient","id":"a"}\n');
  await writeFile(join(data, 'Condition.ndjson'), 'no resource\n');
  redis = await startLocalRedis(place());
});
afterAll(async () => {
  await redis.stop();
  await rm(folder, { recursive: true, force: true });
});

test('started less completed, failed and cancelled is running, in each scrape of each API, also after crashes of all', async () => {
  const environment = { MALFORMED_LINES: 'fail', LEASE: '2s', LEASE_MARGIN: '300ms' };
  await using stack = await startStack({ data, redisUrl: redis.url, workers: 0, environment });
  const apis = [stack.api, await stack.startApi()];
  const agree = async (expected: object) => {
    for (const api of apis) expect(await totalsOf(api)).toEqual(expected);
  };
  const exportFrom = (api: RunningApi | undefined, type: string) =>
    kickOff(api?.fhirUrl ?? '', { views: [idView(type)], format: 'csv' });

  const urls = await Promise.all([
    exportFrom(apis[0], 'Patient'),
    exportFrom(apis[1], 'Patient'),
    exportFrom(apis[0], 'Condition'),
  ]);
  const cancelled = await exportFrom(apis[1], 'Patient');
  expect((await fetch(cancelled, { method: 'DELETE' })).status).toBe(202);
  const before = { completed: 0, failed: 0, cancelled: 1, unknown: 0 };
  await until(async () => (await totalsOf(stack.api)).running === 3, 'the cancel to end');
  await agree({ started: 4, ended: before, running: 3 });

  await apis.pop()?.service.end('SIGKILL');
  process.kill(redis.pid, 'SIGKILL');
  await redis.ended;
  redis = await startLocalRedis({ ...place(), port: Number(new URL(redis.url).port) });
  apis.push(await stack.startApi());
  await agree({ started: 4, ended: before, running: 3 });

  const killed = await stack.startWorker();
  await until(async () => (await totalsOf(stack.api)).running < 3, 'a first export to end');
  await killed.end('SIGKILL');
  await stack.startWorker();
  const ends = urls.map(async (url) => (await resultOf(url.replace(/^.*\/fhir/, stack.api.fhirUrl))).status);
  const scrapes = until(async () => (await totalsOf(stack.api)).running === 0, 'all to end');
  expect((await Promise.all(ends)).filter((status) => status === 200)).toHaveLength(2);
  await scrapes;
  await agree({
    started: 4,
    ended: { completed: 2, failed: 1, cancelled: 1, unknown: 0 },
    running: 0,
  });
}, 150_000);
