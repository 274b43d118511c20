import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { CACHE_FOLDER, startLocalRedis, startService } from '@millrace/local-stack';
import type { ServerProcess, ServiceKind, ServiceProcess } from '@millrace/local-stack';
import { until } from '../until.js';

jest.setTimeout(60_000);

/** Well above what ending takes, well below what an orchestrator grants. */
const ENDS_WITHIN_MS = 20_000;

let folder: string;
let redis: ServerProcess;
const running: ServiceProcess[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-ending-'));
  await mkdir(join(folder, 'data'));
  await writeFile(join(folder, 'data/Patient.ndjson'), '');
  redis = await startLocalRedis({ dataFolder: join(folder, 'redis'), cacheFolder: CACHE_FOLDER });
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((service) => service.end('SIGKILL')));
  await redis.stop();
  await rm(folder, { recursive: true, force: true });
});

interface Started {
  readonly service: ServiceProcess;
  said(): string;
  /** How it ended. @throws Error when it does not end */
  ended(): Promise<string>;
}

function start(kind: ServiceKind, environment: Record<string, string> = {}): Started {
  const env = {
    REDIS_URL: redis.url,
    MILLRACE_DATA: join(folder, 'data'),
    MILLRACE_OUT: join(folder, 'out'),
    OPS_PORT: '0',
    PORT: '0',
    SHUTDOWN_TIMEOUT: '1s',
    ...environment,
  };
  const service = startService({ kind, env, output: () => undefined, orphaned: 'SIGKILL' });
  running.push(service);
  const said = (): string => service.lines().join('\n');
  return {
    service,
    said,
    async ended() {
      let end: string | undefined;
      void service.ended.then((how) => (end = how));
      return until(async () => end, `the ${kind} to end; it says:\n${said()}`, ENDS_WITHIN_MS);
    },
  };
}

describe('a service that is told to end', () => {
  test.each(['api', 'worker'] as const)('%s: ends although Redis was killed', async (service) => {
    const started = start(service);
    await until(async () => started.said().includes(`${service} started`), 'the start');
    process.kill(redis.pid, 'SIGKILL');
    await until(async () => started.said().includes('dependency lost'), 'the outage');
    started.service.signal('SIGTERM');
    expect(await started.ended()).toBe('code 0');
  });
});

describe('a service that cannot start', () => {
  test('the worker: says why and ends, even with connections open', async () => {
    const started = start('worker', { MILLRACE_DATA: join(folder, 'nowhere') });
    expect(await started.ended()).toBe('code 1');
    expect(started.said()).toMatch(/nowhere is not readable/);
  });

  test('the API: says why and ends, even with connections open', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const started = start('api', { PORT: String((taken.address() as AddressInfo).port) });
    expect(await started.ended()).toBe('code 1');
    expect(started.said()).toMatch(/EADDRINUSE/);
    await once(taken.close(), 'close');
  });
});
