import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { announceStack, runtimeFolder } from '../stack/running-stacks.js';
import { collecting } from '../testing/collecting.js';
import { findOperations, type Operations } from './find-operations.js';

let runtime: string;
let folder: string;

beforeEach(async () => {
  runtime = await mkdtemp(join(tmpdir(), 'millrace-runtime-'));
  folder = join(runtime, 'millrace');
});
afterEach(() => rm(runtime, { recursive: true }));

function find(given?: string, env: Record<string, string> = {}): Promise<Operations> {
  const silent = collecting(() => undefined);
  const { signal } = new AbortController();
  const terminal = { out: silent, err: silent, now: Date.now, signal };
  return findOperations(given, { ...terminal, env: { XDG_RUNTIME_DIR: runtime, ...env } });
}

const announce = (port: number): Promise<AsyncDisposable> =>
  announceStack(folder, { operationsUrl: `http://127.0.0.1:${port}`, out: '/tables' });

/** Writes a file as another process would have. */
async function leave(pid: number, facts: object): Promise<void> {
  const stack = { pid, operationsUrl: 'http://127.0.0.1:7', out: '/other', ...facts };
  await writeFile(join(folder, `up-${pid}.json`), JSON.stringify(stack));
}

async function endedPid(): Promise<number> {
  const child = spawn(process.execPath, ['-v'], { stdio: 'ignore' });
  await once(child, 'exit');
  return child.pid ?? Number.NaN;
}

test('the address of a running stack is found, in a file for this user only, until it ends', async () => {
  {
    await using _announcement = await announce(81);
    expect(await find()).toEqual({
      url: 'http://127.0.0.1:81',
      how: `${folder} names it for process ${process.pid}`,
    });
    const [file = ''] = await readdir(folder);
    expect((await stat(join(folder, file))).mode & 0o777).toBe(0o600);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
  }
  expect(await readdir(folder)).toEqual([]);
  const { url, how } = await find();
  expect(url).toBe('http://127.0.0.1:9464');
  expect(how).toBe(`it is the default, because no millrace up of this user runs (${folder} names none)`);
});

test('an address that is given wins, by the option over the variable', async () => {
  await using _announcement = await announce(81);
  const env = { MILLRACE_OPERATIONS: 'http://127.0.0.1:82' };
  expect((await find('http://127.0.0.1:83', env)).url).toBe('http://127.0.0.1:83');
  expect((await find(undefined, env)).url).toBe('http://127.0.0.1:82');
  await expect(find(undefined, { MILLRACE_OPERATIONS: '82' })).rejects.toThrow(
    'MILLRACE_OPERATIONS is "82": expected a URL such as http://127.0.0.1:9464',
  );
});

test('files of processes that have ended count for nothing, and go when another stack starts', async () => {
  await mkdir(folder, { mode: 0o700 });
  await leave(await endedPid(), {});
  // A later process has the id of the one that wrote it.
  await leave(process.ppid, { born: '1' });
  await writeFile(join(folder, 'up-7.json'), '{');
  expect((await find()).url).toBe('http://127.0.0.1:9464');
  await using _announcement = await announce(81);
  const files = await readdir(folder);
  // Only Linux tells the start of a process.
  const left = process.platform === 'linux' ? [] : [`up-${process.ppid}.json`];
  expect(files.sort()).toEqual([`up-${process.pid}.json`, ...left].sort());
});

test('several stacks are listed, because one has to be named', async () => {
  await using _announcement = await announce(81);
  await leave(process.ppid, {});
  const { message } = await find().then(
    () => new Error('found'),
    (error: Error) => error,
  );
  expect(message).toMatch(/^several millrace up of this user run; name one of them:\n/);
  expect(message).toContain(`  --operations http://127.0.0.1:7 (process ${process.ppid}, --out /other)`);
});

test('a folder that others may write to is not believed, and nothing is written there', async () => {
  await mkdir(folder);
  await chmod(folder, 0o777);
  await leave(process.ppid, {});
  expect((await find()).url).toBe('http://127.0.0.1:9464');
  await expect(announce(81)).rejects.toThrow(`${folder} is not a folder of this user alone`);
});

test('an address of another machine is not believed', async () => {
  await mkdir(folder, { mode: 0o700 });
  await leave(process.ppid, { operationsUrl: 'http://198.51.100.1:80' });
  expect((await find()).url).toBe('http://127.0.0.1:9464');
});

test('without a folder of the session, the one for temporary files is used', async () => {
  expect(runtimeFolder({})).toBe(join(tmpdir(), `millrace-${process.getuid?.() ?? 'user'}`));
});
