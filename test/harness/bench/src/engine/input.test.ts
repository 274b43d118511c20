import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { firstLines, readInput } from './input.js';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-bench-'));
  await writeFile(join(folder, 'Patient.ndjson'), '{"a":1}\n{"a":2}\n{"a":3}');
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

describe('the input of a benchmark', () => {
  it('is generated to about the size', async () => {
    const input = await readInput('Observation', 100_000, undefined);
    expect(Math.abs(input.length / 100_000 - 1)).toBeLessThan(0.2);
    expect(input.at(-1)).toBe(0x0a);
  });

  it('is refused for a type without samples', async () => {
    await expect(readInput('Basic', 1000, undefined)).rejects.toThrow(
      /No sample of Basic, expected one of Patient/,
    );
  });

  it('is the whole lines at the beginning of a file', async () => {
    expect((await readInput('Patient', 20, folder)).toString()).toBe('{"a":1}\n{"a":2}\n');
  });

  it('is the file again and again when that is smaller', async () => {
    const lines = '{"a":1}\n{"a":2}\n{"a":3}\n';
    expect((await readInput('Patient', 72, folder)).toString()).toBe(lines.repeat(3));
  });
});

it.each([
  [9, 'aa\nbbb\n'],
  [7, 'aa\nbbb\n'],
  [6, 'aa\n'],
  [1, 'aa\n'],
])('the first lines of at most %d bytes are whole', (bytes, expected) => {
  expect(firstLines(Buffer.from('aa\nbbb\ncccc\n'), bytes).toString()).toBe(expected);
});
