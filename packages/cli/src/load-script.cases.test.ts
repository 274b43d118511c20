import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';

const LOADER = fileURLToPath(new URL('../bin/load-script.cjs', import.meta.url));

let folder = '';
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'millrace-script-'))));
afterAll(() => rm(folder, { recursive: true }));

async function script(name: string, text: string): Promise<string> {
  const file = join(folder, name, 'a.script');
  await mkdir(join(folder, name));
  await writeFile(file, `(function (require, bundleUrl) { const file = ${JSON.stringify(file)}; ${text} })`);
  return file;
}

/** Runs the script in a process of its own, and returns its output. */
async function load(file: string, when: string): Promise<string> {
  const code = `require(${JSON.stringify(LOADER)}).loadScript(${JSON.stringify(file)}, '${when}')`;
  return (await promisify(execFile)(process.execPath, ['-e', code])).stdout.trim();
}

async function storedCode(file: string): Promise<readonly string[]> {
  return (await readdir(join(file, '..')))
    .filter((name) => name !== 'a.script')
    .map((name) => join(file, '..', name));
}

/** Whether it is told where it is. */
const PRINTS = `console.log(require('node:url').fileURLToPath(new URL('a.script', bundleUrl)) === file);`;

test.each(['at exit', 'soon'])('a script runs, and its code is stored once, %s', async (when) => {
  const file = await script(when, `${PRINTS} setTimeout(() => undefined, 100);`);
  expect(await load(file, when)).toBe('true');
  const [code = '', ...others] = await storedCode(file);
  expect(others).toEqual([]);
  const first = await readFile(code);
  expect(await load(file, when)).toBe('true');
  expect(await readFile(code)).toEqual(first);
});

test('code that is no code is replaced; code that cannot be stored is left out', async () => {
  const file = await script('broken', PRINTS);
  await load(file, 'at exit');
  const [code = ''] = await storedCode(file);
  await writeFile(code, 'no code');
  expect(await load(file, 'at exit')).toBe('true');
  expect((await readFile(code)).length).toBeGreaterThan(100);
  await rm(code);
  await mkdir(code);
  expect(await load(file, 'at exit')).toBe('true');
});

test('a process that fails, or that is asked not to, stores no code', async () => {
  const failing = await script('failing', 'process.exitCode = 1;');
  await expect(load(failing, 'at exit')).rejects.toThrow();
  const other = await script('other', PRINTS);
  expect(await load(other, 'never')).toBe('true');
  expect([...(await storedCode(failing)), ...(await storedCode(other))]).toEqual([]);
});
