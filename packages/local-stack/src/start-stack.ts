import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { answersWithin } from './answers-within.js';
import { ServiceStartError } from './errors.js';
import { freePort, freePorts } from './free-port.js';
import { resolveRedis } from './redis/resolve-redis.js';
import type { ResolvedRedis } from './redis/resolve-redis.js';
import { startService } from './service-process.js';
import type { ServiceProcess } from './service-process.js';
import { CACHE_FOLDER } from './workspace.js';
import type { ServiceKind } from './workspace.js';

export interface LocalStackOptions {
  /** Folder of sources. */
  readonly data: string;
  /** A Redis that runs already; else one is started, and ended with the stack. */
  readonly redisUrl?: string | undefined;
  /** Workers that are started with it; none by default. */
  readonly workers?: number;
  /** Settings that differ from the defaults, for all services. */
  readonly environment?: Environment;
  /** Gets a line about each slow step. */
  readonly report?: (line: string) => void;
}

/** An API and workers for a while: each listens on 127.0.0.1 only, and nothing of them is left at the end. */
export interface LocalStack extends AsyncDisposable {
  readonly api: RunningApi;
  readonly redisUrl: string;
  /** Where output is written. */
  readonly outFolder: string;
  /** All that were started. */
  readonly workers: readonly ServiceProcess[];
  /** Another API over the same Redis and output. @throws ServiceStartError */
  startApi(): Promise<RunningApi>;
  /** @param environment what differs from the other services. @throws ServiceStartError */
  startWorker(environment?: Environment, onLine?: (line: string) => void): Promise<ServiceProcess>;
}

export interface RunningApi {
  readonly service: ServiceProcess;
  /** FHIR base URL. */
  readonly fhirUrl: string;
  readonly operationsUrl: string;
}

type Environment = Readonly<Record<string, string>>;
type LineReader = (line: string) => void;

const PATH = '/usr/bin:/bin';
const READY_MS = 60_000;

/**
 * Starts an API, workers, and a Redis where none is given. Leaves nothing running when that fails.
 *
 * @throws ServiceStartError | NoRedisError
 */
export async function startStack(options: LocalStackOptions): Promise<LocalStack> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-stack-'));
  const outFolder = join(folder, 'out');
  const services: ServiceProcess[] = [];
  const workers: ServiceProcess[] = [];
  let redis: ResolvedRedis | undefined;
  async function end(): Promise<void> {
    // All their work is thrown away, so there is nothing to hand back.
    await Promise.all(services.map((service) => service.end('SIGKILL')));
    await redis?.stop();
    await rm(folder, { recursive: true, force: true });
  }

  try {
    if (options.redisUrl === undefined) {
      const log = options.report ?? (() => undefined);
      redis = await resolveRedis({ dataFolder: join(folder, 'redis'), cacheFolder: CACHE_FOLDER, log });
    }
    const redisUrl = options.redisUrl ?? redis?.url ?? '';
    // Others may keep their exports there, in stores of their own.
    const apart = options.redisUrl === undefined ? {} : { REDIS_PREFIX: `{stack-${randomUUID()}}` };
    const places = { REDIS_URL: redisUrl, MILLRACE_DATA: options.data, MILLRACE_OUT: outFolder };
    const start = async (kind: ServiceKind, port: number, env: Environment, output: LineReader) => {
      const whole = { PATH, ...places, ...apart, ...options.environment, OPS_PORT: String(port), ...env };
      const service = startService({ kind, env: whole, output, orphaned: 'SIGKILL' });
      services.push(service);
      await untilReady(kind, service, `${localUrl(port)}/readyz`);
      return service;
    };
    const startApi = async (): Promise<RunningApi> => {
      const [port = 0, operationsPort = 0] = await freePorts(2);
      const service = await start('api', operationsPort, { PORT: String(port) }, () => undefined);
      return { service, fhirUrl: `${localUrl(port)}/fhir`, operationsUrl: localUrl(operationsPort) };
    };
    const startWorker: LocalStack['startWorker'] = async (environment = {}, onLine = () => undefined) => {
      const worker = await start('worker', await freePort(), environment, onLine);
      workers.push(worker);
      return worker;
    };
    const api = await startApi();
    while (workers.length < (options.workers ?? 0)) await startWorker();
    return { api, workers, redisUrl, outFolder, startApi, startWorker, [Symbol.asyncDispose]: end };
  } catch (error) {
    await end();
    throw error;
  }
}

function localUrl(port: number): string {
  return `http://127.0.0.1:${port}`;
}

async function untilReady(kind: ServiceKind, service: ServiceProcess, url: string): Promise<void> {
  let end: string | undefined;
  void service.ended.then((how) => {
    end = how;
  });
  const check = (): void => {
    if (end !== undefined) throw new ServiceStartError(kind, `ended with ${end}`, service.lines());
  };
  if (await answersWithin(url, READY_MS, check)) return;
  throw new ServiceStartError(kind, `was not ready after ${READY_MS} ms`, service.lines());
}
