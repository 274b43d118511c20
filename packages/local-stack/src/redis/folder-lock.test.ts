import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { underFolderLock } from './folder-lock.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-lock-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('one at a time works under a lock', async () => {
  let inside = 0;
  let most = 0;
  const work = async () => {
    most = Math.max(most, ++inside);
    await readdir(folder);
    inside -= 1;
  };
  await Promise.all([1, 2, 3].map(() => underFolderLock(join(folder, 'lock'), work)));
  expect(most).toBe(1);
  expect(await readdir(folder)).toEqual([]);
});

test('the lock of a process that has ended is taken over', async () => {
  // Larger than any process id that Linux or macOS gives.
  await mkdir(join(folder, 'lock'));
  await writeFile(join(folder, 'lock', 'owner'), String(2 ** 30));
  await expect(underFolderLock(join(folder, 'lock'), () => Promise.resolve('done'))).resolves.toBe('done');
});

test('the lock is given back when the work fails', async () => {
  const failing = underFolderLock(join(folder, 'lock'), () => Promise.reject(new Error('no space')));
  await expect(failing).rejects.toThrow('no space');
  expect(await readdir(folder)).toEqual([]);
});
