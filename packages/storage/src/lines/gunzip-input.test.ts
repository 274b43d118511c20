import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import { boundInflation } from '../bound-inflation.js';
import { GzipRatioError } from '../errors.js';
import { createMemorySource } from '../memory/memory-source.js';
import type { Source } from '../source.js';
import { readLineBlocks } from './line-reader.js';

/** Newlines, of which deflate takes a byte for about a thousand. */
const bomb = gzipSync(Buffer.alloc(65 << 20, '\n'));

async function contentOf(bytes: Uint8Array, gzipRatio?: number): Promise<number> {
  const files = new Map([['Patient.ndjson.gz', bytes]]);
  const source = boundInflation(createMemorySource({ name: 'main', fhirVersion: 'R4', files }), gzipRatio);
  const [input] = await source.list('Patient');
  if (!input) throw new Error('not listed');
  let content = 0;
  for await (const block of readLineBlocks(source, input, { start: 0, end: input.bytes }))
    content += block.bytes.length;
  return content;
}

test('gzip with more content than its bytes may have is refused before the rest is read', async () => {
  await expect(contentOf(bomb, 200)).rejects.toThrow(GzipRatioError);
  await expect(contentOf(bomb, 200)).rejects.toThrow(
    /^gzip input Patient\.ndjson\.gz has \d+ bytes of content in its first \d+, and may have 200 for each: /,
  );
  expect(await contentOf(bomb, 1032)).toBe(65 << 20);
  expect(await contentOf(bomb)).toBe(65 << 20);
});

test('a small gzip file may repeat a line as often as it likes', async () => {
  expect(await contentOf(gzipSync(Buffer.alloc(4 << 20, '\n')), 1)).toBe(4 << 20);
});

test('of two bounds the lower one holds', async () => {
  const files = new Map([['Patient.ndjson.gz', bomb]]);
  const source = createMemorySource({ name: 'main', fhirVersion: 'R4', files });
  for (const [first, second] of [
    [10, 20],
    [20, 10],
  ] as const)
    expect(await boundInflation(boundInflation(source, first), second).list('Patient')).toMatchObject([
      { gzipRatio: 10 },
    ]);
});

const STORED_CHUNK_BYTES = 1024;

test('gzip is decompressed ahead while a block of lines is being used', async () => {
  const lines = Array.from({ length: 20_000 }, (_, n) => createHash('md5').update(`${n}`).digest('hex'));
  const stored = gzipSync(`${lines.join('\n')}\n`);
  let pulled = 0;
  let onPull = (): void => undefined;
  const files = new Map([['Patient.ndjson.gz', stored]]);
  const source: Source = {
    ...createMemorySource({ name: 'main', fhirVersion: 'R4', files }),
    async *read() {
      for (let at = 0; at < stored.length; at += STORED_CHUNK_BYTES) {
        pulled += 1;
        onPull();
        yield stored.subarray(at, at + STORED_CHUNK_BYTES);
      }
    },
  };
  const [input] = await source.list('Patient');
  if (!input) throw new Error('not listed');
  const range = { start: 0, end: input.bytes };
  const blocks = readLineBlocks(source, input, range, { blockBytes: 64 * 1024 });
  await blocks.next();
  const pulledForBlock = pulled;
  expect(pulledForBlock).toBeLessThan(stored.length / STORED_CHUNK_BYTES / 2);
  // Nobody asks for another block.
  await new Promise<void>((resolve) => {
    onPull = resolve;
  });
  expect(pulled).toBeGreaterThan(pulledForBlock);
  await blocks.return();
});
