import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { REDIS_URL } from '../redis-url.js';
import { until } from '../until.js';
import { idView } from './id-view.js';
import { startTestStack } from './test-stack.js';
import { download, kickOff } from './wire.js';

const VIEW = idView('Patient');

let data: string;
let redis: Redis;
beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'millrace-lost-'));
  const lines = ['a', 'b'].map((id) => JSON.stringify({ resourceType: 'Patient', id }));
  await writeFile(join(data, 'Patient.ndjson'), `${lines.join('\n')}\n`);
  redis = new Redis(REDIS_URL);
});
afterAll(async () => {
  redis?.disconnect();
  await rm(data, { recursive: true, force: true });
});

test('exports outlive the loss of everything in Redis', async () => {
  const prefix = `{e2e-${randomUUID()}}`;
  await using stack = await startTestStack({ data, workers: 0, environment: { REDIS_PREFIX: prefix } });
  const finished = await kickOff(stack.api.fhirUrl, { views: [VIEW], format: 'csv' });
  const worker = await stack.startWorker();
  const before = await download(finished);
  await worker.end('SIGKILL');
  const waiting = await kickOff(stack.api.fhirUrl, { views: [VIEW], format: 'ndjson' });
  const cancelled = await kickOff(stack.api.fhirUrl, { views: [VIEW], format: 'ndjson' });
  expect((await fetch(cancelled, { method: 'DELETE' })).status).toBe(202);

  const keys = await redis.keys(`${prefix}*`);
  await redis.del(keys);

  expect((await fetch(cancelled)).status).toBe(404);
  expect((await download(finished)).outputs).toEqual(before.outputs);
  expect((await fetch(waiting, { redirect: 'manual' })).status).toBe(202);
  await stack.startWorker();
  const { outputs } = await download(waiting);
  expect(outputs.get('patients')?.map(({ body }) => body.toString('utf8'))).toEqual([
    '{"id":"a"}\n{"id":"b"}\n',
  ]);
}, 60_000);

test('an export of which only the hash was deleted by hand ends with all rows, and so does one without its messages', async () => {
  const prefix = `{e2e-${randomUUID()}}`;
  const environment = { REDIS_PREFIX: prefix, LEASE: '2s', LEASE_MARGIN: '300ms' };
  await using stack = await startTestStack({ data, workers: 0, environment });
  const withoutHash = await kickOff(stack.api.fhirUrl, { views: [VIEW], format: 'csv' });
  const withoutMessage = await kickOff(stack.api.fhirUrl, { views: [VIEW], format: 'csv' });
  const id = withoutHash.split('/').at(-2) ?? '';
  await redis.del(`${prefix}:x:${id}`);
  const messages = await redis.keys(`${prefix}:export:*`);
  if (messages.length > 0) await redis.del(messages);

  await stack.startWorker();
  for (const statusUrl of [withoutHash, withoutMessage]) {
    const { outputs } = await download(statusUrl);
    expect(outputs.get('patients')?.map(({ body }) => body.toString('utf8'))).toEqual(['id\na\nb\n']);
  }
}, 90_000);

test('an id index is built although Redis loses everything again and again meanwhile', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-lost-ids-'));
  const lines = Array.from({ length: 100_000 }, (_, n) => `{"resourceType":"Patient","id":"p-${n}"}\n`);
  await writeFile(join(folder, 'Patient.ndjson'), lines.join(''));
  const prefix = `{e2e-${randomUUID()}}`;
  const environment = { REDIS_PREFIX: prefix, KICK_OFF_LOOKUP_BYTES: '0', KICK_OFF_INDEX_WAIT: '0s' };
  await using stack = await startTestStack({ data: folder, workers: 0, environment });
  const forPatient = (id: string): Promise<string> => {
    const more = [{ name: 'patient', valueReference: { reference: `Patient/${id}` } }];
    return kickOff(stack.api.fhirUrl, { views: [VIEW], format: 'csv', more });
  };
  const whyNot = async (id: string): Promise<string> => {
    const refusal: unknown = await forPatient(id).catch((error: unknown) => error);
    return String(refusal);
  };
  expect(await whyNot('nobody')).toMatch(/503.*"transient".*are being indexed/);
  await Promise.all([stack.startWorker(), stack.startWorker()]);
  await until(async () => {
    const keys = await redis.keys(`${prefix}*`);
    if (keys.length > 0) await redis.del(keys);
    return /400.*"not-found"/.test(await whyNot('nobody'));
  });
  const { outputs } = await download(await forPatient('p-99999'));
  expect(outputs.get('patients')?.map(({ body }) => body.toString('utf8'))).toEqual(['id\np-99999\n']);
  await rm(folder, { recursive: true, force: true });
}, 120_000);
