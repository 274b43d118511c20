import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import { createMemorySink } from '../memory/memory-sink.js';
import { gunzipStream } from '../lines/gunzip-input.js';
import { packingSink } from './packing-sink.js';

const CONTENT = Buffer.from(Array.from({ length: 100_000 }, (_, row) => `patient-${row}\n`).join(''));
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

test('what is stored is gzip, with the facts of both forms', async () => {
  const sink = createMemorySink();
  await using upload = await packingSink(sink).open('t/a');
  const chunk = Buffer.alloc(10_000);
  for (let at = 0; at < CONTENT.length; at += chunk.length) {
    const length = CONTENT.copy(chunk, 0, at, at + chunk.length);
    await upload.write(chunk.subarray(0, length));
  }
  const stored = await upload.commit();
  const packed = Buffer.from((await sink.read('t/a')) ?? []);
  expect(gunzipSync(packed).equals(CONTENT)).toBe(true);
  expect(stored).toMatchObject({
    key: 't/a',
    bytes: packed.length,
    sha256: sha256(packed),
    unpacked: { bytes: CONTENT.length, sha256: sha256(CONTENT) },
  });
  expect(packed.length).toBeLessThan(CONTENT.length / 3);
  const chunks: Buffer[] = [];
  for await (const one of gunzipStream(sink.stream('t/a'), 't/a')) chunks.push(one);
  expect(Buffer.concat(chunks).equals(CONTENT)).toBe(true);
});

test('an upload that is dropped leaves nothing, and one of nothing is a whole file', async () => {
  const sink = createMemorySink();
  {
    await using dropped = await packingSink(sink).open('t/a');
    await dropped.write(CONTENT);
  }
  const aborted = await packingSink(sink).open('t/b');
  await aborted.write(CONTENT);
  await aborted.abort();
  expect([await sink.read('t/a'), await sink.read('t/b')]).toEqual([undefined, undefined]);
  const empty = await packingSink(sink).open('t/c');
  expect(await empty.commit()).toMatchObject({ unpacked: { bytes: 0, sha256: sha256(Buffer.alloc(0)) } });
  expect(gunzipSync((await sink.read('t/c')) ?? new Uint8Array()).length).toBe(0);
});

test('a store that fails is told to the writer, whenever that writes or commits', async () => {
  const inner = createMemorySink();
  const failing = packingSink({
    abort: inner.abort.bind(inner),
    async open(key) {
      const upload = await inner.open(key);
      const write = (): Promise<void> => Promise.reject(new Error('no space'));
      return { ...upload, write };
    },
  });
  const upload = await failing.open('t/a');
  const random = Buffer.from(Array.from({ length: 200_000 }, () => Math.floor(Math.random() * 256)));
  const writing = (async () => {
    for (let at = 0; at < 10; at += 1) await upload.write(random);
    await upload.commit();
  })();
  await expect(writing).rejects.toThrow('no space');
  await upload.abort();
  expect(await inner.read('t/a')).toBeUndefined();
});
