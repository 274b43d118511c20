import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { startLocalRedis } from '@millrace/local-redis';
import type { ServerProcess } from '@millrace/local-redis';
import { until } from './stack.js';

jest.setTimeout(60_000);

const ROOT = resolve(import.meta.dirname, '../..');
/** Well above what ending takes, well below what an orchestrator grants. */
const ENDS_WITHIN_MS = 20_000;

let folder: string;
let redis: ServerProcess;
const running: ChildProcess[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-ending-'));
  await mkdir(join(folder, 'data'));
  await writeFile(join(folder, 'data/Patient.ndjson'), '');
  redis = await startLocalRedis({ dataFolder: join(folder, 'redis'), cacheFolder: join(ROOT, '.cache') });
});
afterEach(async () => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
  await redis.stop();
  await rm(folder, { recursive: true, force: true });
});

interface Started {
  readonly child: ChildProcess;
  said(): string;
  /** Exit code. @throws Error when it does not end */
  ended(): Promise<number | null>;
}

function start(service: 'api' | 'worker', environment: Record<string, string> = {}): Started {
  const child = spawn(process.execPath, [join(ROOT, `services/${service}/dist/main.js`)], {
    env: {
      REDIS_URL: redis.url,
      MILLRACE_DATA: join(folder, 'data'),
      MILLRACE_OUT: join(folder, 'out'),
      OPS_PORT: '0',
      PORT: '0',
      SHUTDOWN_TIMEOUT: '1s',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.push(child);
  let said = '';
  for (const output of [child.stdout, child.stderr]) {
    output.on('data', (chunk: Buffer) => {
      said += chunk.toString('utf8');
    });
  }
  const exited = once(child, 'exit').then(([code]) => ({ code: code as number | null }));
  return {
    child,
    said: () => said,
    async ended() {
      let end: { code: number | null } | undefined;
      void exited.then((how) => (end = how));
      return (await until(async () => end, `the ${service} to end; it says:\n${said}`, ENDS_WITHIN_MS)).code;
    },
  };
}

describe('a service that is told to end', () => {
  test.each(['api', 'worker'] as const)('%s: ends although Redis was killed', async (service) => {
    const started = start(service);
    await until(async () => (started.said().includes(`${service} started`) ? true : undefined), 'the start');
    process.kill(redis.pid, 'SIGKILL');
    await until(async () => (started.said().includes('redis connection') ? true : undefined), 'the outage');
    started.child.kill('SIGTERM');
    expect(await started.ended()).toBe(0);
  });
});

describe('a service that cannot start', () => {
  test('the worker: says why and ends, whatever it had opened', async () => {
    const started = start('worker', { MILLRACE_DATA: join(folder, 'nowhere') });
    expect(await started.ended()).toBe(1);
    expect(started.said()).toMatch(/nowhere is not readable/);
  });

  test('the API: says why and ends, whatever it had opened', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const started = start('api', { PORT: String((taken.address() as AddressInfo).port) });
    expect(await started.ended()).toBe(1);
    expect(started.said()).toMatch(/EADDRINUSE/);
    await once(taken.close(), 'close');
  });
});
