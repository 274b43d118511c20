import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { sampleDataDir, sampleViewsDir } from '@millrace/samples';
import { isAlive } from '../is-alive.js';
import { until } from '../until.js';
import { millrace, startMillraceWith, type Running } from './millrace.js';

jest.setTimeout(120_000);

const VIEW = join(sampleViewsDir, 'patient_demographics.json');

let folder: string;
let stack: Running | undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-up-'));
});

afterEach(async () => {
  stack?.process.kill('SIGTERM');
  await stack?.finished;
  stack = undefined;
});

afterAll(() => rm(folder, { recursive: true }));

async function up(...args: string[]): Promise<string> {
  stack = startMillraceWith(
    { env: { XDG_RUNTIME_DIR: folder } },
    'up',
    '--port',
    '0',
    '--data',
    sampleDataDir,
    '--out',
    join(folder, 'store'),
    ...args,
  );
  const [, base = ''] = await stack.says(/^ready (\S+)$/m);
  return base;
}

function exportTo(base: string, out: string) {
  return millrace('export', '--server', base, '--view', VIEW, '--format', 'csv', '--out', out);
}

describe('millrace up', () => {
  test('prints one ready line, exports the same rows as run, is found by admin, and ends with 0 when it is told to', async () => {
    const base = await up();
    expect(stack?.out()).toBe(`ready ${base}\n`);

    const out = join(folder, 'exported');
    const exported = await exportTo(base, out);
    expect(exported).toMatchObject({ code: 0, out: `${join(out, 'patient_demographics.part1.csv')}\n` });
    const direct = await millrace('run', '--view', VIEW, '--input', sampleDataDir, '--format', 'csv');
    expect(await readFile(join(out, 'patient_demographics.part1.csv'), 'utf8')).toBe(direct.out);

    const env = { XDG_RUNTIME_DIR: folder };
    const workers = await startMillraceWith({ env }, 'admin', 'workers').finished;
    expect(workers).toMatchObject({ code: 0, err: '' });

    const [, pid] = (await stack?.says(/up: process (\d+)/)) ?? [];
    process.kill(Number(pid), 'SIGTERM');
    expect((await stack?.finished)?.code).toBe(0);
    await expect(fetch(`${base}/metadata`)).rejects.toThrow();
    expect(await readdir(join(folder, 'millrace'))).toEqual([]);
  });

  test('starts a crashed worker again and says so', async () => {
    const base = await up('--workers', '2');
    const [, pid] = (await stack?.says(/worker 1: process (\d+)/)) ?? [];
    process.kill(Number(pid), 'SIGKILL');
    await stack?.says(/worker 1 \(process \d+\) ended with SIGKILL; starting it again/);
    expect((await exportTo(base, join(folder, 'after-crash'))).code).toBe(0);
  });

  test('leaves no service behind when it is killed', async () => {
    const base = await up();
    const [, pid] = (await stack?.says(/worker 1: process (\d+)/)) ?? [];
    stack?.process.kill('SIGKILL');
    await until(async () => !isAlive(Number(pid)), 'the worker to end');
    await until(
      () =>
        fetch(`${base}/metadata`).then(
          () => false,
          () => true,
        ),
      'the API to end',
    );
  });

  test('a port that is taken ends the start with the reason', async () => {
    const base = await up();
    const other = await millrace('up', '--port', new URL(base).port, '--out', join(folder, 'other'));
    expect(other.code).toBe(1);
    expect(other.err).toContain('is taken');
    expect(other.out).toBe('');
  });
});

describe('millrace up with a Redis of its own', () => {
  test('starts a Redis that was killed again, with its data, and goes on', async () => {
    const base = await upAlone();
    const first = join(folder, 'before-the-kill');
    expect((await exportTo(base, first)).code).toBe(0);

    process.kill(await redisPid(), 'SIGKILL');
    await stack?.says(/Redis \(process \d+\) ended with SIGKILL; starting it again/);
    await until(async () => (await kickOffStatus(base)) !== 503, 'the API to take exports again');
    expect((await exportTo(base, join(folder, 'after-the-kill'))).code).toBe(0);
  });

  test('ends it last when Ctrl-C is pressed, so that no service misses it', async () => {
    await upAlone();
    const redis = await redisPid();
    const [, worker] = (await stack?.says(/worker 1: process (\d+)/)) ?? [];
    // A terminal sends it to the whole process group.
    process.kill(-(stack?.process.pid ?? Number.NaN), 'SIGINT');
    await until(async () => !isAlive(Number(worker)) || !isAlive(redis), 'a process to end');
    expect(isAlive(redis)).toBe(true);
    expect(await stack?.finished).toMatchObject({ code: 0 });
    expect(isAlive(redis)).toBe(false);
    expect(stack?.err()).not.toMatch(/dependency lost/);
  });

  async function upAlone(): Promise<string> {
    const args = ['up', '--port', '0', '--data', sampleDataDir, '--out', join(folder, 'alone')];
    const env = { REDIS_URL: undefined };
    stack = startMillraceWith({ cwd: folder, env, detached: true }, ...args);
    const [, base = ''] = await stack.says(/^ready (\S+)$/m);
    return base;
  }

  async function redisPid(): Promise<number> {
    const [, pid] = (await stack?.says(/^Redis: process (\d+) at redis:\/\/127\.0\.0\.1:\d+/m)) ?? [];
    return Number(pid);
  }

  async function kickOffStatus(base: string): Promise<number> {
    const answer = await fetch(`${base}/export/00000000000000000000000000000000/status`);
    await answer.arrayBuffer();
    return answer.status;
  }
});
