import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { fillInput } from './fill-input.js';

let folder = '';
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'millrace-fill-'))));
afterAll(() => rm(folder, { recursive: true }));

it.each([
  [14, 'one\ntwo\nthree\n'],
  [13, 'one\ntwo\n'],
  [3, ''],
  [22, 'one\ntwo\nthree\none\ntwo\n'],
  [28, 'one\ntwo\nthree\none\ntwo\nthree\n'],
])('%d bytes are filled with whole lines, from the start again', async (bytes, expected) => {
  const [from, to] = [join(folder, 'from'), join(folder, 'to')];
  await writeFile(from, 'one\ntwo\nthree\n');
  await fillInput(from, to, bytes);
  expect(await readFile(to, 'utf8')).toBe(expected);
});

it('a file without a line is refused', async () => {
  const from = join(folder, 'empty');
  await writeFile(from, '');
  await expect(fillInput(from, join(folder, 'to'), 10)).rejects.toThrow(/empty has no line/);
});
