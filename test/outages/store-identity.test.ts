import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readFile, readdir, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { answersWithin, freePorts, startService } from '@millrace/local-stack';
import type { ServiceKind, ServiceProcess } from '@millrace/local-stack';
import { createRedisConnection, untilReady } from '@millrace/redis';
import type { RedisClient } from '@millrace/redis';
import { sampleDataDir } from '@millrace/samples';
import { millrace, startMillraceWith } from '../cli/millrace.js';
import { idView } from '../e2e/id-view.js';
import { download, kickOff, rowsIn } from '../e2e/wire.js';
import { REDIS_URL } from '../redis-url.js';
import { until } from '../until.js';

const MARKER = '_store.json';

let folder: string;
let out: string;
let prefix: string;
let redis: RedisClient;
let running: ServiceProcess[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-identity-'));
  out = join(folder, 'out');
  prefix = `{t-${randomUUID()}}`;
  running = [];
  redis = createRedisConnection(REDIS_URL, 'request');
  await untilReady(redis, 5_000);
});
afterEach(async () => {
  await Promise.all(running.map((service) => service.end('SIGKILL')));
  await forgetEverything();
  redis.disconnect();
  await rm(folder, { recursive: true, force: true });
});

async function forgetEverything(): Promise<void> {
  const keys = await redis.keys(`${prefix}*`);
  if (keys.length > 0) await redis.del(...keys);
}

const environment = (): Record<string, string> => ({
  REDIS_URL,
  REDIS_PREFIX: prefix,
  MILLRACE_DATA: sampleDataDir,
  MILLRACE_OUT: out,
  RETRY_DELAY: '200ms',
});

interface Started {
  readonly service: ServiceProcess;
  readonly fhirUrl: string;
  readonly readyUrl: string;
}

async function launch(kind: ServiceKind): Promise<Started> {
  const [port = 0, operationsPort = 0] = await freePorts(2);
  const env = { ...environment(), PORT: String(port), OPS_PORT: String(operationsPort) };
  const service = startService({ kind, env, output: () => undefined, orphaned: 'SIGKILL' });
  running.push(service);
  const readyUrl = `http://127.0.0.1:${operationsPort}/readyz`;
  return { service, readyUrl, fhirUrl: `http://127.0.0.1:${port}/fhir` };
}

async function start(kind: ServiceKind): Promise<Started> {
  const started = await launch(kind);
  let end: string | undefined;
  void started.service.ended.then((how) => (end = how));
  const isReady = await answersWithin(started.readyUrl, 30_000, () => {
    if (end !== undefined) throw new Error(`${kind} ended: ${started.service.lines().join('\n')}`);
  });
  if (!isReady) throw new Error(`${kind} is not ready: ${started.service.lines().join('\n')}`);
  return started;
}

/** What a service says that does not start. */
async function refusal(kind: ServiceKind): Promise<string> {
  const { service } = await launch(kind);
  expect(await service.ended).toBe('code 1');
  return service.lines().join('\n');
}

async function storeChecks(...services: Started[]): Promise<string[]> {
  const answers = await Promise.all(services.map(({ readyUrl }) => fetch(readyUrl)));
  const bodies = await Promise.all(answers.map((answer) => answer.json()));
  return bodies.map((body) => (body as { checks: { store: string } }).checks.store);
}

async function stopAll(): Promise<void> {
  await Promise.all(running.map((service) => service.end('SIGTERM')));
  running = [];
}

async function marker(): Promise<string> {
  return readFile(join(out, MARKER), 'utf8');
}

/** A volume that is not mounted any more: its place stays, empty. */
async function unmount(): Promise<void> {
  await rename(out, `${out}-elsewhere`);
  await mkdir(out);
}

async function mount(): Promise<void> {
  await rm(out, { recursive: true });
  await rename(`${out}-elsewhere`, out);
}

const patients = { views: [idView('Patient')], format: 'ndjson' };

describe('the store of the exports', () => {
  test('gets one id from services that start at once, and is known again when Redis has lost everything', async () => {
    const [api] = await Promise.all([start('api'), start('worker'), start('worker'), start('api')]);
    const first = await marker();
    expect(JSON.parse(first)).toEqual({ id: await redis.get(`${prefix}:store`) });
    const { outputs } = await download(await kickOff(api?.fhirUrl ?? '', patients));
    expect(rowsIn(outputs.get('patients')).length).toBeGreaterThan(0);

    await stopAll();
    await forgetEverything();
    await Promise.all([start('api'), start('worker')]);
    expect(await marker()).toBe(first);
    expect(JSON.parse(first)).toEqual({ id: await redis.get(`${prefix}:store`) });
  }, 120_000);

  test('is not taken for another one: services do not start on an empty or other store, until it is adopted', async () => {
    await start('api');
    await stopAll();
    await unmount();
    for (const kind of ['api', 'worker'] as const) {
      const said = await refusal(kind);
      expect(said).toContain('it is not mounted, or is another one');
      expect(said).toContain('millrace admin --write store adopt');
    }
    expect(await readdir(out)).toEqual([]);

    const shown = await admin('store', 'show');
    expect(shown.out).toMatch(/found {2}no marker\nknown {2}[\da-f-]{36}/);
    expect((await admin('store', 'adopt')).code).toBe(2);
    expect(await readdir(out)).toEqual([]);
    expect((await admin('--write', 'store', 'adopt')).code).toBe(0);
    await Promise.all([start('api'), start('worker')]);

    await stopAll();
    await mount();
    expect(await refusal('worker')).toContain(`the object store at ${out} is the store`);
  }, 120_000);

  test('is waited for while it is not mounted: nothing is written, and readiness says so', async () => {
    const [api, worker] = [await start('api'), await start('worker')];
    await unmount();
    await until(
      async () => (await storeChecks(api, worker)).every((check) => check !== 'ok'),
      'both to notice',
    );
    expect(await storeChecks(api, worker)).toEqual([
      expect.stringContaining('it is not mounted, or is another one'),
      expect.stringContaining('it is not mounted, or is another one'),
    ]);
    await expect(kickOff(api.fhirUrl, patients)).rejects.toThrow('kick-off: 503');
    expect(await readdir(out)).toEqual([]);

    await mount();
    const { outputs } = await download(await kickOff(api.fhirUrl, patients));
    expect(rowsIn(outputs.get('patients')).length).toBeGreaterThan(0);
    expect(await storeChecks(api, worker)).toEqual(['ok', 'ok']);
  }, 120_000);

  test('that vanishes under running exports fails none of them', async () => {
    const api = await start('api');
    const statusUrls = [await kickOff(api.fhirUrl, patients), await kickOff(api.fhirUrl, patients)];
    await unmount();
    const worker = await start('worker').catch(() => undefined);
    expect(worker).toBeUndefined();
    expect(await readdir(out)).toEqual([]);
    await mount();
    const late = await start('worker');
    await unmount();
    await until(async () => (await storeChecks(late))[0] !== 'ok', 'the worker to notice');
    await mount();
    for (const statusUrl of statusUrls) {
      const { outputs } = await download(statusUrl);
      expect(rowsIn(outputs.get('patients')).length).toBeGreaterThan(0);
    }
  }, 120_000);

  test('millrace up says how to go on with an empty folder, and does', async () => {
    const up = (...args: string[]) =>
      startMillraceWith(
        { cwd: folder, env: { ...environment(), MILLRACE_OUT: undefined } },
        'up',
        '--port',
        '0',
        '--data',
        sampleDataDir,
        '--out',
        out,
        ...args,
      );
    const first = up();
    await first.says(/^ready /m);
    first.process.kill('SIGTERM');
    await first.finished;
    await rm(out, { recursive: true });

    const refused = await up().finished;
    expect(refused.code).toBe(1);
    expect(refused.err).toContain('millrace up --adopt-store');
    const adopting = up('--adopt-store');
    await adopting.says(/^ready /m);
    adopting.process.kill('SIGTERM');
    expect((await adopting.finished).code).toBe(0);
  }, 120_000);
});

function admin(...args: string[]) {
  return startMillraceWith({ env: environment() }, 'admin', ...args).finished;
}

test('admin store says what it takes', async () => {
  const { code, err } = await startMillraceWith(
    { env: { REDIS_URL: undefined, MILLRACE_OUT: undefined } },
    'admin',
    'store',
    'show',
  ).finished;
  expect(code).toBe(1);
  expect(err).toContain('MILLRACE_OUT');
  expect((await millrace('admin', 'store', '--help')).out).toContain('adopt');
});
