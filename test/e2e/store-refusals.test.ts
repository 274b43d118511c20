import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createRedisJobStore } from '@millrace/jobstore';
import { judgeFolder, removeFolder } from '@millrace/lifecycle';
import { activateAlone, createOrphanSweeper } from '@millrace/maintenance';
import { createRedisConnection, untilReady } from '@millrace/redis';
import type { RedisClient } from '@millrace/redis';
import { openSink } from '@millrace/storage';
import { keysOf } from '@millrace/storage/contract';
import type { LocalStack } from '@millrace/local-stack';
import { objectOf, startS3TestServer } from '@millrace/s3-test-server';
import type { S3Operation, S3TestServer } from '@millrace/s3-test-server';
import { REDIS_URL } from '../redis-url.js';
import { locationOn } from '../storage/s3-location.js';
import { DATA_FOLDER, oracleView } from './source-data.js';
import { startTestStack } from './test-stack.js';
import { kickOff, resultOf } from './wire.js';

const patient = oracleView('Patient');
const request = { views: [patient.view], format: 'ndjson' };
/** The codes of a store that lets nobody write any more. */
const WRITES: readonly S3Operation[] = ['UploadPart', 'AbortMultipartUpload', 'DeleteObjects'];

const PREFIX = `{refusals-${randomUUID()}}`;
const HOUR_MS = 3_600_000;

let redis: RedisClient;
let server: S3TestServer;
let stack: LocalStack;
beforeAll(async () => {
  redis = createRedisConnection(REDIS_URL, 'request');
  await untilReady(redis, 5000);
  server = await startS3TestServer({ buckets: ['data', 'exports'] });
  const content = await readFile(join(DATA_FOLDER, 'Patient.ndjson'));
  server.bucket('data').put('Patient.ndjson', objectOf(content));
  stack = await startTestStack({
    data: 's3://data',
    workers: 1,
    environment: {
      MILLRACE_OUT: 's3://exports/a',
      S3_ENDPOINT: server.endpoint,
      S3_REGION: server.region,
      AWS_ACCESS_KEY_ID: server.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: server.credentials.secretAccessKey,
      OUTAGE_PATIENCE: '1s',
      RETRY_DELAY: '100ms',
      REDIS_PREFIX: PREFIX,
    },
  });
}, 90_000);
afterAll(async () => {
  await stack[Symbol.asyncDispose]();
  await server.stop();
  redis.disconnect();
});

test.each([
  ['rights are withdrawn', 403, 'AccessDenied', 'the credentials do not allow it'],
  ['the bucket is gone', 404, 'NoSuchBucket', 'there is no such bucket'],
  ['credentials expire', 400, 'ExpiredToken', 'the credentials have expired'],
  ['the clock is wrong', 403, 'RequestTimeTooSkewed', 'the clock of this machine differs too much'],
])(
  'an export during which %s fails with that reason',
  async (_title, status, code, words) => {
    for (const operation of WRITES) {
      server.faults.inject(operation, { kind: 'refuse', status, code }, { times: 100_000 });
    }
    const result = await resultOf(await kickOff(stack.api.fhirUrl, request));
    expect(result.status).toBe(500);
    const text = await result.text();
    expect(text).toContain('object store cannot');
    expect(text).toContain(words);
    expect(text).toContain(`${code}, HTTP ${status}`);
    server.faults.clear();
  },
  60_000,
);

test('what could not be removed while the store refused goes once it is back: orphan_sweeper finds it', async () => {
  const jobs = createRedisJobStore({ redis, prefix: PREFIX });
  const store = openSink({ ...locationOn(server, 'a/'), bucket: 'exports' });
  const later = Date.now() + 2 * HOUR_MS;
  const task = createOrphanSweeper(
    {
      jobs,
      store,
      judge: (tenant, id) =>
        judgeFolder({ jobs, store, longestRunMs: 24 * HOUR_MS, now: () => later }, tenant, id),
      removeFolder: (tenant, id) => removeFolder(store, tenant, id),
      hasManifest: async () => true,
      dropRecord: async () => undefined,
    },
    { minAgeMs: HOUR_MS, maxListedKeys: 1000 },
  );
  const before = await keysOf(store.list(''));
  expect(before.filter((key) => key.startsWith('probe/'))).not.toEqual([]);
  const { errors } = await activateAlone(task, { now: () => later });
  const left = (await keysOf(store.list(''))).filter(
    (key) => !/^_|\/(request|plan|manifest)\.json$/.test(key),
  );
  expect([errors, left]).toEqual([[], []]);
  // `id_indexer` removes what it left itself.
  const uploads = [...server.bucket('exports').uploads.values()].filter(
    ({ key }) => !key.startsWith('a/_ids/'),
  );
  expect(uploads).toEqual([]);
});
