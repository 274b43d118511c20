import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { createMemorySource } from '@millrace/storage/memory';
import type { Source } from '@millrace/storage';
import { bytesToLookThrough, missingResources } from './missing-resources.js';

function source(files: Record<string, string | Uint8Array>): Source {
  const contents = Object.entries(files).map(([key, content]) => [key, Buffer.from(content)] as const);
  return createMemorySource({ name: 'default', fhirVersion: 'R4', files: new Map(contents) });
}

async function missing(
  files: Record<string, string | Uint8Array>,
  ids: readonly string[],
): Promise<readonly string[]> {
  const from = source(files);
  return missingResources(from, await from.list('Patient'), 'Patient', ids);
}

const patient = (id: string, more: object = {}): string =>
  JSON.stringify({ resourceType: 'Patient', id, ...more });

describe('resources are looked for', () => {
  test('in all files of their type, plain and compressed', async () => {
    const files = {
      'Patient.000.ndjson': `${patient('a', { name: [{ family: 'Žižka' }] })}\n${patient('b')}`,
      'Patient.001.ndjson.gz': gzipSync(`${patient('c')}\n`),
      'Group.ndjson': `${patient('d')}\n`,
    };
    expect(await missing(files, ['a', 'b', 'c', 'd', 'e'])).toEqual(['d', 'e']);
  });

  test('by their own id and type, not by the id of a contained resource', async () => {
    const contained = patient('a', {
      contained: [{ resourceType: 'Patient', id: 'b' }],
      name: [{ id: 'c' }],
    });
    const text = `${contained}\n${JSON.stringify({ resourceType: 'Person', id: 'd' })}\n{"resourceType":"Patient" , "id" : "e"}\n`;
    expect(await missing({ 'Patient.ndjson': text }, ['a', 'b', 'c', 'd', 'e'])).toEqual(['b', 'c', 'd']);
  });

  test('behind their other ids, and past lines that are no JSON', async () => {
    const late = JSON.stringify({
      contained: [{ id: 'a' }],
      name: [{ id: 'x' }],
      id: 'a',
      resourceType: 'Patient',
    });
    expect(await missing({ 'Patient.ndjson': `{"id":"a"\n${late}\n` }, ['a'])).toEqual([]);
  });

  test('also where the key or the id is written with escapes', async () => {
    const lines = [
      patient('a', { text: { div: '<b>\u00e9</b>' } }).replaceAll('<', '\\u003c'),
      '{"resourceType":"Patient","\\u0069d":"b"}',
      patient('c'),
      '{"resourceType":"Patient","id":"\\u0064-\\u002E1"}',
      '{"resourceType":"Pers\\u006fn","id":"e"}',
      patient('f'),
    ];
    const files = { 'Patient.ndjson': lines.join('\n') };
    expect(await missing(files, ['a', 'b', 'c', 'd-.1', 'e', 'f', 'g'])).toEqual(['e', 'g']);
    expect(await missing(files, ['g', 'd-.1'])).toEqual(['g']);
    const ids = Array.from({ length: 20 }, (_, n) => `none-${n}`);
    expect(await missing(files, [...ids, 'b', 'f'])).toEqual(ids);
  });

  test('across many blocks of lines', async () => {
    const lines = Array.from({ length: 20_000 }, (_, index) => patient(`p-${index}`)).join('\n');
    expect(await missing({ 'Patient.ndjson': lines }, ['p-0', 'p-9999', 'p-19999', 'p-20000'])).toEqual([
      'p-20000',
    ]);
  });
});

test('the size of a compressed file is estimated by its content', async () => {
  const plain = await source({ 'Patient.ndjson': 'x'.repeat(100) }).list('Patient');
  const stored = gzipSync('x');
  const compressed = await source({ 'Patient.ndjson.gz': stored }).list('Patient');
  expect(bytesToLookThrough([...plain, ...compressed])).toBe(100 + 10 * stored.length);
});
