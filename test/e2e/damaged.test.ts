import { appendFile, mkdtemp, readdir, rm, truncate, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { until } from '../until.js';
import { SLOWLY } from './slowly.js';
import { oracleView, writeObservations } from './source-data.js';
import { startTestStack } from './test-stack.js';
import { kickOff, resultOf } from './wire.js';

const IN_SMALL_SHARDS = { ...SLOWLY, SHARD_BYTES: '1000000', CUT_BYTES: '300000' };

let data: string;
let input: string;
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'millrace-damaged-'));
  input = await writeObservations(data, 6e6);
  // An empty folder would be one that is not mounted.
  await writeFile(join(data, 'Group.ndjson'), '{"resourceType":"Group","id":"g1"}\n');
});
afterEach(async () => {
  await rm(data, { recursive: true, force: true });
});

/** Exports, damages something as soon as a part is stored, and returns the outcome that the client is told. */
async function outcomeAfter(
  damage: (part: string) => Promise<void>,
): Promise<{ status: number; text: string }> {
  await using stack = await startTestStack({ data, workers: 1, environment: IN_SMALL_SHARDS });
  const view = oracleView('Observation').view;
  const statusUrl = await kickOff(stack.api.fhirUrl, { views: [view], format: 'ndjson' });
  const folder = join(stack.outFolder, 'default', statusUrl.split('/').at(-2) ?? '');
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
