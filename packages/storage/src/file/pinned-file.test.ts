import { createHook } from 'node:async_hooks';
import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { patternOf } from '../contract/bytes.js';
import { temporaryFolder } from '../contract/temporary-folder.js';
import { fileVersion, readPinnedFile } from './pinned-file.js';

test('while a chunk is being used the next one is already on its way', async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 'Patient.ndjson');
  const content = patternOf(2_000_000);
  await writeFile(path, content);
  const version = fileVersion(await stat(path, { bigint: true }));
  const input = { key: 'Patient.ndjson', bytes: content.length, compression: 'none', version } as const;

  // Every call of the file system that somebody can await is begun as one of these.
  let begun = 0;
  const hook = createHook({ init: (_, type) => (begun += Number(type === 'FSREQPROMISE')) }).enable();
  const begunAtChunk: number[] = [];
  const read: Buffer[] = [];
  for await (const chunk of readPinnedFile(path, input, { start: 0, end: content.length })) {
    begunAtChunk.push(begun);
    read.push(Buffer.from(chunk));
  }
  hook.disable();

  expect(Buffer.concat(read).equals(content)).toBe(true);
  const [first = 0, ...others] = begunAtChunk;
  expect(first).toBeGreaterThan(0);
  // The second and last one was there for the taking.
  expect(others).toEqual([first]);
});
