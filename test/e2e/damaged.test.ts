import { appendFile, mkdtemp, readFile, readdir, rm, truncate, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { DATA_FOLDER, oracleView } from './source-data.js';
import { startStack, until } from './stack.js';
import { kickOff, resultOf } from './wire.js';

// fhirpath.js is the slow engine, so that there is a middle.
const SLOWLY = { ENGINE: 'fhirpath', ENGINE_THREADS: '1', SHARD_BYTES: '1000000', CUT_BYTES: '300000' };

let data: string;
let input: string;
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'millrace-damaged-'));
  input = join(data, 'Observation.ndjson');
  const observations = await readFile(join(DATA_FOLDER, 'Observation.ndjson'), 'utf8');
  await writeFile(input, observations.repeat(Math.ceil(6e6 / observations.length)));
});
afterEach(async () => {
  await rm(data, { recursive: true, force: true });
});

/** Exports, damages something as soon as a part is stored, and returns the outcome that the client is told. */
async function outcomeAfter(
  damage: (part: string) => Promise<void>,
): Promise<{ status: number; text: string }> {
  await using stack = await startStack({ data, workers: 1, environment: SLOWLY });
  const view = oracleView('Observation').view;
  const statusUrl = await kickOff(stack.baseUrl, { views: [view], format: 'ndjson' });
  const folder = join(stack.out, 'default', statusUrl.split('/').at(-2) ?? '');
  const part = await until(async () => {
    const files = await readdir(folder, { recursive: true }).catch(() => []);
    return files.find((file) => /^shard-\d+\/.*\.ndjson$/.test(file));
  }, 'a stored part');
  await damage(join(folder, part));
  const result = await resultOf(statusUrl);
  return { status: result.status, text: await result.text() };
}

describe('an export does not hang and does not succeed', () => {
  test('when an input was changed after it was planned', async () => {
    const { status, text } = await outcomeAfter(() => appendFile(input, '\n'));
    expect(status).toBe(500);
    expect(text).toContain('Observation.ndjson changed after the export was planned');
  }, 90_000);

  test('when an input has vanished', async () => {
    const { status, text } = await outcomeAfter(() => unlink(input));
    expect(status).toBe(500);
    expect(text).toContain('Observation.ndjson');
  }, 90_000);

  test('when a stored file was cut short before the end', async () => {
    const { status, text } = await outcomeAfter((part) => truncate(part, 10));
    expect(status).toBe(500);
    expect(text).toMatch(/output file .*\.ndjson was changed/);
  }, 90_000);
});
