import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { digestLines } from './digest-lines.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-lines-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function digest(...files: readonly string[]): Promise<string> {
  const paths = await Promise.all(
    files.map(async (content, at) => {
      const path = join(folder, `${at}.csv`);
      await writeFile(path, content);
      return path;
    }),
  );
  return digestLines(paths, true);
}

it('is the same for the same rows in other files, and another one for other rows', async () => {
  const whole = await digest('id\na\nb\nb\n');
  expect(await digest('id\nb\n', 'id\na\nb\n')).toBe(whole);
  for (const other of ['id\na\nb\n', 'id\na\nb\nb\nb\n', 'id\na\nb\nc\n', 'id\nb\nb\n'])
    expect(await digest(other)).not.toBe(whole);
});
