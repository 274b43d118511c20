import { describe, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BUNDLED_SAMPLE, sampleDataDir } from './bundled.js';
import { countOf, generateSample, sampleLine } from './generate-sample.js';
import type { Sample } from './generate-sample.js';
import { patientsForBytes } from './patients-for-bytes.js';
import { SAMPLE_TYPES } from './resource/seeded.js';
import type { SampleType } from './resource/seeded.js';

async function ndjson(type: SampleType, sample: Sample): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of generateSample(type, sample)) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

async function resources(type: SampleType, sample: Sample): Promise<Record<string, unknown>[]> {
  const lines = (await ndjson(type, sample)).split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe.each(SAMPLE_TYPES)('a sample of %s', (type) => {
  it('gives the bundled bytes again', async () => {
    const bundled = await readFile(join(sampleDataDir, `${type}.ndjson`), 'utf8');
    expect(await ndjson(type, BUNDLED_SAMPLE)).toBe(bundled);
  });

  it('is other data for another seed', async () => {
    expect(await ndjson(type, { seed: 2, patients: 5 })).not.toBe(
      await ndjson(type, { seed: 1, patients: 5 }),
    );
  });

  it('has one resource of its type a line, each with its own id and a time of change', async () => {
    const all = await resources(type, { seed: 7, patients: 200 });
    expect(all.length).toBe(countOf(type, 200));
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    expect(new Set(all.map(({ resourceType }) => resourceType))).toEqual(new Set([type]));
    for (const { meta } of all) {
      expect(meta).toMatchObject({ lastUpdated: expect.stringMatching(/^\d{4}-.*(Z|[+-]\d\d:\d\d)$/) });
    }
  });
});

it.each(SAMPLE_TYPES.filter((type) => type !== 'Group'))(
  'a larger sample of %s starts with the smaller one',
  (type) => {
    const line = (patients: number): string => sampleLine(type, { seed: 1, patients }, 0);
    expect(line(1)).toBe(line(1_000_000));
  },
);

describe('the references of a sample', () => {
  it('name resources that it has', async () => {
    const sample = { seed: 3, patients: 20 };
    const ids = new Set<string>();
    for (const type of ['Patient', 'Encounter'] as const) {
      for (const { id } of await resources(type, sample)) ids.add(`${type}/${String(id)}`);
    }
    for (const type of ['Encounter', 'Condition', 'Observation', 'Group'] as const) {
      const text = await ndjson(type, sample);
      const references = [
        ...text.matchAll(/"reference":"(?:https:\/\/ehr\.example\/fhir\/)?((?:Patient|Encounter)\/[^"]+)"/g),
      ];
      expect(references.length).toBeGreaterThan(0);
      expect(
        references.map(([, reference]) => reference).filter((reference) => !ids.has(reference ?? '')),
      ).toEqual([]);
    }
  });
});

describe('the bundled sample', () => {
  it.each([
    ['a trailing zero', /"value":1\.10[,}]/],
    ['an exponent', /"value":1e3[,}]/],
    ['20 digits', /"value":12345678901234567890[,}]/],
    ['20 decimal places', /"value":0\.00000000000000000001[,}]/],
    ['escaped quotes', /\\"/],
    ['escaped line feeds', /[^\\]\\n/],
    ['escaped letters', /\\u00e9/],
    ['escaped surrogate pairs', /\\ud83d\\ude00/],
    ['letters beyond ASCII', /[\u4e00-\u9fff]/],
    ['emoji', /\p{Emoji_Presentation}/u],
    ['a year alone', /"onsetDateTime":"\d{4}"/],
    ['a month alone', /"(?:onset|value)DateTime":"\d{4}-\d\d"/],
    ['seven digits of a second', /"lastUpdated":"[^"]*\.\d{7}Z"/],
    [
      'every choice of value',
      /valueQuantity[^]*valueCodeableConcept[^]*valueString[^]*valueInteger[^]*valueBoolean[^]*valueDateTime/,
    ],
    ['the race extension', /us-core-race/],
  ])('has %s', async (_, pattern) => {
    const all = await Promise.all(SAMPLE_TYPES.map((type) => ndjson(type, BUNDLED_SAMPLE)));
    expect(all.join('')).toMatch(pattern);
  });

  it('is smaller than a megabyte', async () => {
    const all = await Promise.all(SAMPLE_TYPES.map((type) => ndjson(type, BUNDLED_SAMPLE)));
    expect(Buffer.byteLength(all.join(''))).toBeLessThan(1_000_000);
  });
});

describe('a sample asked for by bytes', () => {
  it('comes within five percent', async () => {
    const patients = patientsForBytes(5_000_000, 1);
    const all = await Promise.all(SAMPLE_TYPES.map((type) => ndjson(type, { seed: 1, patients })));
    const bytes = Buffer.byteLength(all.join(''));
    expect(Math.abs(bytes / 5_000_000 - 1)).toBeLessThan(0.05);
  });

  it('has a patient at least', () => {
    expect(patientsForBytes(1, 1)).toBe(1);
  });
});
