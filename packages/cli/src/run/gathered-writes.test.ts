import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { gatherWrites } from './gathered-writes.js';

let folder = '';
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'millrace-writes-'))));
afterAll(() => rm(folder, { recursive: true }));

const chunks = Array.from({ length: 3000 }, (_, n) => Buffer.from(`${n}\n`.repeat(n % 7)));
const whole = Buffer.concat(chunks).toString();

test('a file has all chunks in their order', async () => {
  const path = join(folder, 'whole');
  const handle = await open(path, 'w');
  const { write, end } = gatherWrites(handle);
  for (const chunk of chunks) await write(chunk);
  await end();
  await handle.close();
  expect(await readFile(path, 'utf8')).toBe(whole);
});

test('chunks that come during a write become one write, and a write that is cut short is completed', async () => {
  const got: Buffer[] = [];
  let writes = 0;
  const { write, end } = gatherWrites({
    async writev(batch) {
      writes += 1;
      const bytes = Buffer.concat(
        batch.map(({ buffer, byteOffset, byteLength }) => Buffer.from(buffer, byteOffset, byteLength)),
      );
      const bytesWritten = bytes.length >> 1;
      got.push(bytes.subarray(0, bytesWritten));
      return { bytesWritten, buffers: batch };
    },
    writeFile: async (chunk) => void got.push(chunk as Buffer),
  });
  for (const chunk of chunks) void write(chunk);
  await end();
  expect(Buffer.concat(got).toString()).toBe(whole);
  expect(writes).toBeLessThan(4);
});

test('a write that fails fails a later one, and the end', async () => {
  const failed = async (): Promise<never> => {
    throw new Error('the disk is full');
  };
  const { write, end } = gatherWrites({ writev: failed, writeFile: failed });
  await write(Buffer.alloc(1));
  await expect(end()).rejects.toThrow('the disk is full');
  await expect(write(Buffer.alloc(1))).rejects.toThrow('the disk is full');
});
