import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sampleDataDir } from './bundled.js';
import { writeSample } from './write-sample.js';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-samples-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

it('writes one file for each type and returns their facts', async () => {
  const target = join(folder, 'deep', 'sample');
  const written = await writeSample(target, { seed: 1, patients: 36 }, ['Patient', 'Encounter']);
  expect(written).toEqual([
    { type: 'Patient', file: join(target, 'Patient.ndjson'), resources: 36, bytes: expect.any(Number) },
    { type: 'Encounter', file: join(target, 'Encounter.ndjson'), resources: 144, bytes: expect.any(Number) },
  ]);
  for (const { file, type, bytes } of written) {
    expect((await stat(file)).size).toBe(bytes);
    expect(await readFile(file)).toEqual(await readFile(join(sampleDataDir, `${type}.ndjson`)));
  }
});
