import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { LocalStack } from '@millrace/local-stack';
import { parquetMetadata } from 'hyparquet';
import { namesBelow } from '../names-below.js';
import { until } from '../until.js';
import { idView } from './id-view.js';
import { startTestStack } from './test-stack.js';
import { download, kickOff, resultOf } from './wire.js';

const patient = (id: string, more: object = {}): string =>
  JSON.stringify({ resourceType: 'Patient', id, ...more });
const VIEW = idView('Patient');

let data: string;
let stack: LocalStack;
/** Writes a source that the running services know: sources are the folders that were there at their start. */
async function fill(source: string, files: Record<string, string | Uint8Array>): Promise<void> {
  for (const [name, content] of Object.entries(files)) await writeFile(join(data, source, name), content);
}

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'millrace-lifecycle-'));
  for (const name of ['default', 'malformed', 'empty', 'gzip', 'wide']) await mkdir(join(data, name));
  await fill('default', { 'Patient.ndjson': `${patient('a')}\n${patient('b')}\n` });
  await fill('malformed', { 'Patient.ndjson': `${patient('a')}\nnonsense\n` });
  await fill('empty', { 'Observation.ndjson': '' });
  await fill('gzip', { 'Patient.ndjson.gz': gzipSync(`${patient('a')}\n${patient('b')}`) });
  await fill('wide', { 'Patient.ndjson': `${patient('a', { name: [{ given: ['x', 'y'] }] })}\n` });
  stack = await startTestStack({ data, workers: 3 });
}, 60_000);
afterAll(async () => {
  await stack?.[Symbol.asyncDispose]();
  await rm(data, { recursive: true, force: true });
});

describe('a subject without rows has one empty file', () => {
  test.each([
    ['ndjson', ''],
    ['csv', 'id\n'],
    ['json', '[]'],
  ])('as %s', async (format, content) => {
    const { outputs } = await download(
      await kickOff(stack.api.fhirUrl, { views: [VIEW], format, source: 'empty' }),
    );
    const files = outputs.get('patients') ?? [];
    expect(files.map(({ body }) => body.toString('utf8').trimEnd())).toEqual([content.trimEnd()]);
  });

  test('as parquet, with its schema', async () => {
    const { outputs } = await download(
      await kickOff(stack.api.fhirUrl, { views: [VIEW], format: 'parquet', source: 'empty' }),
    );
    const body = outputs.get('patients')?.[0]?.body ?? Buffer.alloc(0);
    const metadata = parquetMetadata(
      body.buffer.slice(body.byteOffset, body.byteOffset + body.length) as ArrayBuffer,
    );
    expect(metadata.schema.map(({ name }) => name)).toContain('id');
    expect(Number(metadata.num_rows)).toBe(0);
  });
});

test('a gzip input is read like a plain one', async () => {
  const { outputs } = await download(
    await kickOff(stack.api.fhirUrl, { views: [VIEW], format: 'csv', source: 'gzip', header: false }),
  );
  expect(outputs.get('patients')?.map(({ body }) => body.toString('utf8'))).toEqual(['a\nb\n']);
});

describe('an export that fails keeps saying why, and leaves no files', () => {
  test.each([
    ['a malformed line', 'malformed', VIEW, /Patient\.ndjson, line 2 \(byte offset 36\)/],
    [
      'a value that breaks a rule of the view',
      'wide',
      { ...VIEW, select: [{ column: [{ name: 'given', path: 'name.given' }] }] },
      /Patient\/a.*given/,
    ],
  ])('for %s', async (_, source, view, reason) => {
    const statusUrl = await kickOff(stack.api.fhirUrl, { views: [view], format: 'ndjson', source });
    for (let times = 0; times < 2; times += 1) {
      const result = await resultOf(statusUrl);
      expect(result.status).toBe(422);
      const outcome = (await result.json()) as { resourceType: string; issue: { diagnostics: string }[] };
      expect(outcome.resourceType).toBe('OperationOutcome');
      expect(outcome.issue[0]?.diagnostics).toMatch(reason);
    }
    const id = statusUrl.split('/').at(-2) ?? '';
    await until(async () => {
      const left = await namesBelow(join(stack.outFolder, 'default', id));
      return left.toSorted().join() === 'manifest.json,request.json';
    }, 'the output of the failed export to be gone');
  });
});

test('any API process polls, downloads and cancels exports that another one accepted', async () => {
  const { fhirUrl: other } = await stack.startApi();
  const elsewhere = (url: string): string => url.replace(stack.api.fhirUrl, other);
  const statusUrl = await kickOff(stack.api.fhirUrl, { views: [VIEW], format: 'csv' });
  const { outputs } = await download(elsewhere(statusUrl));
  const file = outputs.get('patients')?.[0];
  expect(await (await fetch(elsewhere(file?.url ?? ''))).text()).toBe('id\na\nb\n');

  const doomed = await kickOff(other, { views: [VIEW], format: 'csv' });
  const fromHere = doomed.replace(other, stack.api.fhirUrl);
  expect(fromHere).not.toBe(doomed);
  expect((await fetch(fromHere, { method: 'DELETE' })).status).toBe(202);
}, 30_000);
