import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createFileSink } from './file/file-sink.js';
import { ObjectChangedError, ObjectMissingError } from './errors.js';
import { committedObjects } from './same-content.js';
import type { CommittedVersion } from './same-content.js';
import type { ObjectStore } from './sink.js';

const KEY = 'default/export/1.ndjson';
const CONTENT = '{"id":"one"}\n{"id":"two"}\n';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-restored-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function commit(root: string): Promise<CommittedVersion> {
  await using upload = await createFileSink({ root }).open(KEY);
  await upload.write(Buffer.from(CONTENT));
  return await upload.commit();
}

/** The store, and how many of its bytes were read without a range. */
function openStore(root: string) {
  const sink = createFileSink({ root });
  let whole = 0;
  const store: Pick<ObjectStore, 'stat' | 'stream'> = {
    stat: (key) => sink.stat(key),
    stream(key, range, version) {
      if (range === undefined) whole += 1;
      return sink.stream(key, range, version);
    },
  };
  return { objects: committedObjects(store), hashed: () => whole };
}

async function textOf(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all).toString();
}

const WHOLE = { start: 0, end: CONTENT.length };

describe('a committed object', () => {
  test('in a folder that plain tar has restored is the same, and is hashed once for all who read it', async () => {
    const [before, after] = [join(folder, 'before'), join(folder, 'after')];
    const version = await commit(before);
    await mkdir(after);
    execFileSync('sh', ['-c', `tar -cf - -C '${before}' . | tar -xf - -C '${after}'`]);
    // Some tars keep more of the time.
    await utimes(join(after, KEY), 1_700_000_000, 1_700_000_000);
    const { objects, hashed } = openStore(after);
    const read = () => textOf(objects.stream(KEY, WHOLE, version));
    expect(await Promise.all([read(), read(), read()])).toEqual([CONTENT, CONTENT, CONTENT]);
    expect(await textOf(objects.stream(KEY, { start: 2, end: 4 }, version))).toBe(CONTENT.slice(2, 4));
    expect(await textOf(objects.stream(KEY, { start: 0, end: 0 }, version))).toBe('');
    expect(hashed()).toBe(1);
  });

  test('under its own tag is not hashed', async () => {
    const version = await commit(folder);
    const { objects, hashed } = openStore(folder);
    expect(await textOf(objects.stream(KEY, WHOLE, version))).toBe(CONTENT);
    expect(hashed()).toBe(0);
  });

  test('with other content of the same size never comes out, and is hashed once for each tag', async () => {
    const version = await commit(folder);
    const { objects, hashed } = openStore(folder);
    const path = join(folder, KEY);
    await writeFile(path, CONTENT.replace('two', 'owt'));
    for (let time = 0; time < 3; time += 1)
      await expect(textOf(objects.stream(KEY, WHOLE, version))).rejects.toThrow(ObjectChangedError);
    expect(hashed()).toBe(1);
    await writeFile(path, CONTENT);
    expect(await textOf(objects.stream(KEY, WHOLE, version))).toBe(CONTENT);
    const { mtimeMs } = await stat(path);
    await writeFile(path, CONTENT.replace('one', 'eno'));
    await utimes(path, mtimeMs / 1000 + 5, mtimeMs / 1000 + 5);
    await expect(textOf(objects.stream(KEY, WHOLE, version))).rejects.toThrow(ObjectChangedError);
    expect(hashed()).toBe(3);
  });

  test('of another size is not hashed; one that is missing is missing', async () => {
    const version = await commit(folder);
    const { objects, hashed } = openStore(folder);
    await writeFile(join(folder, KEY), 'x');
    await expect(textOf(objects.stream(KEY, WHOLE, version))).rejects.toThrow(ObjectChangedError);
    await rm(join(folder, KEY));
    await expect(textOf(objects.stream(KEY, WHOLE, version))).rejects.toThrow(ObjectMissingError);
    expect(hashed()).toBe(0);
  });
});
