import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import { createMemorySource } from '../memory/memory-source.js';
import type { Source } from '../source.js';
import { readLineBlocks } from './line-reader.js';

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
