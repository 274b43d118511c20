import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { CACHE_FOLDER, readLogLine, resolveRedis, startStack } from '@millrace/local-stack';
import type { LocalStack, ResolvedRedis, ServiceProcess } from '@millrace/local-stack';
import { createRedisConnection, untilReady } from '@millrace/redis';
import type { RedisClient } from '@millrace/redis';
import { parameters, subject } from '../api/requests.js';
import { oracleRows, oracleView, writeObservations } from '../e2e/source-data.js';
import { download, kickOff, rowsIn } from '../e2e/wire.js';
import { until } from '../until.js';
import { observe, report } from './observed.js';
import { AROUND_MS, OUTAGE_MS } from './outage-length.js';

/** docs/operations.md gives these rights to the Redis user of a service. */
const RIGHTS = 'resetkeys ~{millrace}* resetchannels &{millrace}* +@all -@admin -@dangerous +info'.split(' ');
/** Several losses in a row. */
const DENIED_MS = OUTAGE_MS / 4;

let folder: string;
let redis: ResolvedRedis;
/** Of another user, who loses nothing. */
let operator: RedisClient;
let stack: LocalStack;
let worker: ServiceProcess;

async function setUser(...rules: readonly string[]): Promise<void> {
  await operator.call('ACL', 'SETUSER', 'services', ...rules);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-access-'));
  const data = join(folder, 'data');
  await mkdir(data);
  await writeObservations(data, 1e6);
  redis = await resolveRedis({ dataFolder: join(folder, 'redis'), cacheFolder: CACHE_FOLDER });
  operator = createRedisConnection(redis.url, 'request');
  await untilReady(operator, 5_000);
  await setUser('on', '>right', ...RIGHTS);
  const redisUrl = redis.url.replace('redis://', 'redis://services:right@');
  stack = await startStack({ data, redisUrl, environment: { REDIS_PREFIX: '{millrace}' } });
  worker = await stack.startWorker();
}, AROUND_MS);

afterAll(async () => {
  await stack[Symbol.asyncDispose]();
  operator.disconnect();
  await redis.stop();
  await rm(folder, { recursive: true, force: true });
});

async function exportObservations(): Promise<void> {
  const observation = oracleView('Observation');
  const statusUrl = await kickOff(stack.api.fhirUrl, { views: [observation.view], format: 'ndjson' });
  const { outputs } = await download(statusUrl);
  expect(rowsIn(outputs.get('observations'))).toEqual(await oracleRows(observation, join(folder, 'data')));
}

test(
  'services whose user has the documented rights and no others run an export and are scraped',
  async () => {
    await exportObservations();
    const scrape = await fetch(`${stack.api.operationsUrl}/metrics`);
    expect(await scrape.text()).toContain('millrace_workers{queue="export",service="api"} 1');
    const lines = [stack.api.service, worker].flatMap((service) => service.lines());
    expect(lines.filter((line) => line.includes('NOPERM'))).toEqual([]);
  },
  AROUND_MS,
);

test.each([
  { loss: 'may not write any more', rules: ['-@write'], reason: 'NOPERM' },
  { loss: 'may do nothing any more', rules: ['-@all'], reason: 'NOPERM' },
  { loss: 'has lost its keys', rules: ['resetkeys', '~other*'], reason: 'NOPERM' },
  { loss: 'has another password', rules: ['resetpass', '>another'], reason: 'WRONGPASS' },
])(
  'services whose user $loss say once what to do, answer 503 without a detail, and go on afterwards',
  async ({ rules, reason }) => {
    const services = [stack.api.service, worker];
    const looks = await Promise.all(services.map(observe));
    const before = services.map((service) => service.lines().length);
    await setUser(...rules);
    if (reason === 'WRONGPASS') await operator.call('CLIENT', 'KILL', 'USER', 'services');

    const refusals: string[] = [];
    const over = performance.now() + DENIED_MS;
    while (performance.now() < over) {
      const answer = await kickOffAnswer();
      refusals.push(`${answer.status} ${await answer.text()}`);
      await wait(200);
    }
    const allTell = async (what: string) =>
      services.every((service, at) =>
        service
          .lines()
          .slice(before[at])
          .some((line) => line.includes(what)),
      );
    // An idle worker comes upon it with its next command.
    await until(() => allTell('dependency lost'), 'the loss to be told');
    const seen = await Promise.all(looks.map((look) => look()));
    await setUser('resetpass', '>right', ...RIGHTS);
    await until(() => allTell('dependency back'), 'Redis to be back');
    await wait(1_000);

    expect(refusals.length).toBeGreaterThan(2);
    for (const refusal of refusals) {
      expect(refusal).toMatch(/^503 .*"code":"transient"/);
      expect(refusal).not.toMatch(/noperm|wrongpass|redis|acl|password|right/i);
    }
    for (const [at, service] of services.entries()) {
      report(
        `${at === 0 ? 'API' : 'worker'} whose Redis denies: ${reason}`,
        seen[at] ?? { lines: [], processorPercent: 0 },
      );
      const told = service
        .lines()
        .slice(before[at])
        .filter((line) => line.includes('dependency'));
      expect(told.length).toBeLessThanOrEqual(3);
      const events = told.map((line) => readLogLine(line) as Readonly<Record<string, unknown>>);
      expect(events.filter((event) => event['advice'] !== undefined)).toEqual([
        expect.objectContaining({ level: 'error', reason, advice: expect.any(String) }),
      ]);
      expect(events.at(-1)).toMatchObject({ level: 'info', msg: 'dependency back', reason });
      expect(seen[at]?.lines.length).toBeLessThan(4);
      expect(seen[at]?.processorPercent).toBeLessThan(at === 0 ? 50 : 10);
    }
    await exportObservations();
  },
  AROUND_MS + DENIED_MS,
);

test(
  'a worker that may hear nothing says so, and hears again once it may',
  async () => {
    const from = worker.lines().length;
    await setUser('resetchannels');
    await operator.call('CLIENT', 'KILL', 'USER', 'services');
    const has = (text: string) =>
      worker
        .lines()
        .slice(from)
        .some((line) => line.includes(text));
    await until(async () => has('"reason":"NOPERM"'), 'the worker to be denied its channel');
    await setUser(...RIGHTS);
    await until(async () => has('dependency back'), 'Redis to be back');
    await until(async () => (await subscribers()) === 1, 'the worker to hear');
    await exportObservations();
  },
  AROUND_MS,
);

function kickOffAnswer(): Promise<Response> {
  return fetch(`${stack.api.fhirUrl}/$sql-export`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/fhir+json', Prefer: 'respond-async' },
    body: JSON.stringify(parameters(subject)),
  });
}

async function subscribers(): Promise<unknown> {
  const [, count] = (await operator.call('PUBSUB', 'NUMSUB', '{millrace}:decided')) as unknown[];
  return count;
}
