import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { createMemorySource } from '../memory/memory-source.js';
import type { Source } from '../source.js';
import { cutAtLines } from './line-cuts.js';

async function cut(content: string | Buffer, targetBytes: number, key = 'Patient.ndjson') {
  const files = new Map([[key, Buffer.from(content)]]);
  const source = createMemorySource({ name: 'main', fhirVersion: 'R4', files });
  const [input] = await source.list('Patient');
  if (!input) throw new Error('not listed');
  let bytesRead = 0;
  const counting: Source = {
    ...source,
    async *read(...range) {
      for await (const chunk of source.read(...range)) {
        bytesRead += chunk.length;
        yield chunk;
      }
    },
  };
  const offsets = await cutAtLines(counting, input, targetBytes);
  return { offsets, bytesRead };
}

describe('cutting at lines', () => {
  it.each([
    ['an empty input', '', 10, [0, 0]],
    ['one line', '{}\n', 10, [0, 3]],
    ['one line without a newline', '{}', 1, [0, 2]],
    ['lines of one size', 'aaa\n'.repeat(6), 8, [0, 8, 16, 24]],
    ['a line that ends at the ideal place', 'a\nb\nc\nd\n', 4, [0, 4, 8]],
    ['lines longer than the target', `${'a'.repeat(50)}\n${'b'.repeat(50)}\n`, 10, [0, 51, 102]],
    ['a last line without a newline', 'aaaa\nbbbb\ncccc', 5, [0, 5, 10, 14]],
  ])('cuts %s', async (_title, content, targetBytes, expected) => {
    expect((await cut(content, targetBytes)).offsets).toEqual(expected);
  });

  it('cuts every file of random lines at starts of lines, into ranges near the target', async () => {
    let seed = 42;
    const random = (limit: number) => (seed = (seed * 1103515245 + 12345) % 2147483648) % limit;
    for (let round = 0; round < 50; round += 1) {
      const lines = Array.from({ length: random(300) + 1 }, () => `${'x'.repeat(random(200))}\n`);
      const content = lines.join('');
      const { offsets } = await cut(content, 1000);
      expect(offsets).toEqual([...new Set(offsets)].toSorted((a, b) => a - b));
      expect([offsets[0], offsets.at(-1)]).toEqual([0, content.length]);
      for (const offset of offsets.slice(1)) expect(content[offset - 1]).toBe('\n');
      for (const [i, offset] of offsets.slice(1).entries()) {
        expect(offset - (offsets[i] ?? 0)).toBeLessThan(1000 * 1.5 + 200);
      }
    }
  });

  it('reads little of a large input', async () => {
    const { offsets, bytesRead } = await cut(Buffer.from(`${'x'.repeat(999)}\n`.repeat(20_000)), 4_000_000);
    expect(offsets).toEqual([0, 4_000_000, 8_000_000, 12_000_000, 16_000_000, 20_000_000]);
    expect(bytesRead).toBeLessThanOrEqual(4 * 64 * 1024);
  });

  it('finds the end of a line that is much longer than its first read', async () => {
    const content = Buffer.concat([Buffer.alloc(3_000_000, 120), Buffer.from('\n{}\n')]);
    expect((await cut(content, 1_000_000)).offsets).toEqual([0, 3_000_001, 3_000_004]);
  });

  it('leaves gzip whole', async () => {
    const content = gzipSync('{}\n'.repeat(1000));
    const { offsets, bytesRead } = await cut(content, 10, 'Patient.ndjson.gz');
    expect(offsets).toEqual([0, content.length]);
    expect(bytesRead).toBe(0);
  });
});
