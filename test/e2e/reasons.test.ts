import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readLogLine } from '@millrace/local-stack';
import type { LocalStack } from '@millrace/local-stack';
import { createRedisConnection, untilReady } from '@millrace/redis';
import { REDIS_URL } from '../redis-url.js';
import { until } from '../until.js';
import { startTestStack } from './test-stack.js';
import { kickOff, resultOf } from './wire.js';

/** Stands in every resource that a failure below is about. */
const SECRET = 'Zaphod-4711';
const PREFIX = `{reasons-${process.pid}-${Date.now()}}`;
const orders = [{ name: 'order', path: 'multipleBirth.ofType(integer)' }];

let folder: string;
let stack: LocalStack;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-reasons-'));
  const lines = (file: string, ...texts: string[]) => writeFile(join(folder, file), `${texts.join('\n')}\n`);
  const name = [{ family: SECRET, given: [SECRET, SECRET] }];
  const fine = JSON.stringify({ resourceType: 'Patient', id: 'a', name: [{ family: 'Doe' }] });
  const large = { resourceType: 'Patient', id: 'b', name, multipleBirthInteger: 4711471147 };
  await lines('Patient.ndjson', fine, JSON.stringify(large));
  await lines('Organization.ndjson', `{"resourceType":"Organization","name":"${SECRET}`);
  stack = await startTestStack({ data: folder, workers: 1, environment: { REDIS_PREFIX: PREFIX } });
}, 90_000);
afterAll(async () => {
  await stack[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

const view = (resource: string, column: object[]) => ({
  resourceType: 'ViewDefinition',
  status: 'active',
  resource,
  select: [{ column }],
});

describe('the reason of a failed export reaches client and log, without a value of a resource', () => {
  test.each([
    [
      'a line that is not a resource',
      view('Organization', [{ name: 'id', path: 'id' }]),
      'ndjson',
      'invalid',
      /Organization\.ndjson, line 1 \(byte offset 0\)/,
    ],
    [
      'a value that does not fit its column',
      view('Patient', orders),
      'parquet',
      'processing',
      /Patient\.ndjson \(byte offset \d+\).*"order"/,
    ],
    [
      'two values in a column',
      view('Patient', [{ name: 'given', path: 'name.given' }]),
      'csv',
      'processing',
      /Patient\.ndjson \(byte offset \d+\).*"given"/,
    ],
  ])('%s', async (_title, definition, format, code, reason) => {
    const statusUrl = await kickOff(stack.api.fhirUrl, { views: [definition], format });
    const result = await resultOf(statusUrl);
    expect(result.status).toBe(422);
    const outcome = await result.text();
    const { issue } = JSON.parse(outcome) as { issue: readonly { diagnostics: string }[] };
    expect(issue[0]?.diagnostics).toMatch(reason);

    const [worker] = stack.workers;
    const exportId = statusUrl.split('/').at(-2);
    const events = (): Record<string, unknown>[] =>
      (worker?.lines() ?? [])
        .map((line) => readLogLine(line) as Record<string, unknown>)
        .filter((event) => event['exportId'] === exportId);
    const failed = await until(
      async () => events().find(({ msg }) => msg === 'export failed'),
      'the log line',
    );
    expect(failed).toMatchObject({ level: 'error', code, reason: expect.stringMatching(reason) });
    const attempt = events().find(({ msg }) => msg === 'shard failed' || msg === 'step failed');
    // One line above info is enough.
    expect(attempt).toMatchObject({ level: 'info', code, reason: expect.stringMatching(reason) });

    const metrics = await (await fetch(`${stack.api.operationsUrl}/metrics`)).text();
    expect(metrics).not.toContain(SECRET);
    for (const text of [
      outcome,
      ...(worker?.lines() ?? []),
      ...stack.api.service.lines(),
      ...(await inRedis()),
    ]) {
      expect(text).not.toContain(SECRET);
      expect(text).not.toContain('4711471147');
    }
    expect(outcome).not.toContain(folder);
    expect(outcome).not.toContain(stack.outFolder);
  });

  test('also where the object store keeps it', async () => {
    for (const entry of await readdir(stack.outFolder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      expect(await readFile(join(entry.parentPath, entry.name), 'utf8')).not.toContain(SECRET);
    }
  });
});

/** All that this stack has in Redis, as text. */
async function inRedis(): Promise<string[]> {
  const redis = createRedisConnection(REDIS_URL, 'request');
  try {
    await untilReady(redis, 5000);
    const keys = await redis.keys(`${PREFIX.replaceAll(/[{}]/g, '\\$&')}*`);
    expect(keys.length).toBeGreaterThan(0);
    return await Promise.all(keys.map(async (key) => String(await redis.dumpBuffer(key))));
  } finally {
    redis.disconnect();
  }
}
