import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { openSettingsFile } from './settings-file.js';
import type { SettingsFile } from './settings-file.js';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-settings-'));
  file = join(folder, 'number');
});
afterEach(() => rm(folder, { recursive: true }));

function open(adopted: number[] = []): Promise<SettingsFile<number>> {
  return openSettingsFile({
    kind: 'clients',
    files: [file],
    async read() {
      const number = Number(await readFile(file, 'utf8'));
      if (Number.isNaN(number)) throw new Error('is no number');
      return number;
    },
    adopt: (value) => void adopted.push(value),
  });
}

test('a file is read again when its content changes, and only then', async () => {
  await writeFile(file, '1');
  const adopted: number[] = [];
  const settings = await open(adopted);
  expect([settings.current(), await settings.refresh()]).toEqual([1, false]);
  await writeFile(file, '1');
  expect(await settings.refresh()).toBe(false);
  await writeFile(file, '2');
  expect([await settings.refresh(), settings.current(), adopted]).toEqual([true, 2, [2]]);
});

test('a broken file, or one that is gone, leaves what was there, and is told of once', async () => {
  await writeFile(file, '1');
  const settings = await open();
  await writeFile(file, 'x');
  await expect(settings.refresh()).rejects.toThrow('is no number');
  expect([await settings.refresh(), settings.current()]).toEqual([false, 1]);
  await rm(file);
  await expect(settings.refresh()).rejects.toThrow('ENOENT');
  expect([await settings.refresh(), settings.current()]).toEqual([false, 1]);
  await writeFile(file, '3');
  expect([await settings.refresh(), settings.current()]).toEqual([true, 3]);
});

test('a file that is broken at the start is refused', async () => {
  await writeFile(file, 'x');
  await expect(open()).rejects.toThrow('is no number');
});
