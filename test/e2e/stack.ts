import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const ROOT = resolve(import.meta.dirname, '../..');

/** A process of the stack under test. */
export interface Service {
  readonly pid: number;
  /** What it has written so far; shown when a test fails. */
  log(): string;
  kill(signal: NodeJS.Signals): void;
  readonly exited: Promise<number | null>;
}

/** API and workers as separate processes over the Redis of the test run, under a key prefix of their own. */
export interface Stack extends AsyncDisposable {
  readonly baseUrl: string;
  readonly operationsUrl: string;
  readonly out: string;
  readonly api: Service;
  readonly workers: Service[];
  addWorker(environment?: Record<string, string>): Promise<Service>;
  /** Another API process over the same Redis and store; returns its FHIR base URL. */
  addApi(): Promise<string>;
}

export async function startStack(options: {
  data: string;
  workers: number;
  environment?: Record<string, string>;
}): Promise<Stack> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-e2e-'));
  const out = join(folder, 'out');
  const shared = {
    PATH: process.env.PATH ?? '',
    REDIS_URL: process.env.REDIS_URL ?? '',
    REDIS_PREFIX: `{e2e-${randomUUID()}}`,
    MILLRACE_DATA: options.data,
    MILLRACE_OUT: out,
    LOG_LEVEL: 'debug',
    ...options.environment,
  };
  const apis: Service[] = [];
  const workers: Service[] = [];

  async function startApi(): Promise<{ service: Service; baseUrl: string; operationsUrl: string }> {
    const port = await freePort();
    const operationsPort = await freePort();
    const service = start('api', { ...shared, PORT: String(port), OPS_PORT: String(operationsPort) });
    apis.push(service);
    const operationsUrl = `http://127.0.0.1:${operationsPort}`;
    await ready(`${operationsUrl}/readyz`, service);
    return { service, baseUrl: `http://127.0.0.1:${port}/fhir`, operationsUrl };
  }
  async function stop(): Promise<void> {
    for (const service of [...workers, ...apis]) service.kill('SIGKILL');
    await Promise.all([...workers, ...apis].map(({ exited }) => exited));
    await rm(folder, { recursive: true, force: true });
  }

  const api = await startApi();
  const stack: Stack = {
    baseUrl: api.baseUrl,
    operationsUrl: api.operationsUrl,
    out,
    api: api.service,
    workers,
    addApi: async () => (await startApi()).baseUrl,
    async addWorker(environment = {}) {
      const opsPort = await freePort();
      const worker = start('worker', { ...shared, OPS_PORT: String(opsPort), ...environment });
      workers.push(worker);
      await ready(`http://127.0.0.1:${opsPort}/readyz`, worker);
      return worker;
    },
    [Symbol.asyncDispose]: stop,
  };
  try {
    for (let index = 0; index < options.workers; index += 1) await stack.addWorker();
  } catch (error) {
    await stop();
    throw error;
  }
  return stack;
}

function start(service: 'api' | 'worker', environment: Record<string, string>): Service {
  const child: ChildProcess = spawn(process.execPath, [join(ROOT, `services/${service}/dist/main.js`)], {
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  const keep = (chunk: Buffer): void => {
    log = (log + chunk.toString('utf8')).slice(-200_000);
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  return {
    pid: child.pid ?? -1,
    log: () => log,
    kill: (signal) => {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    },
    exited,
  };
}

async function ready(url: string, service: Service): Promise<void> {
  let ended = false;
  void service.exited.then(() => {
    ended = true;
  });
  await until(async () => {
    if (ended) throw new Error(`a service ended while it started:\n${service.log()}`);
    const response = await fetch(url).catch(() => undefined);
    return response?.status === 200 ? true : undefined;
  }, `${url} to answer 200; the service says:\n${service.log()}`);
}

/** Waits for a condition: the first value that is not undefined. */
export async function until<T>(
  look: () => Promise<T | undefined>,
  what: string,
  limitMs = 60_000,
): Promise<T> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > deadline) throw new Error(`waited ${limitMs} ms for ${what}`);
    await wait(25);
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
