import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createRedisJobStore } from '@millrace/jobstore';
import type { RedisJobStore } from '@millrace/jobstore';
import { CACHE_FOLDER, freePorts } from '@millrace/local-stack';
import type { ServiceKind } from '@millrace/local-stack';
import { createExportQueue } from '@millrace/queue';
import type { ExportQueue } from '@millrace/queue';
import { createRedisConnection } from '@millrace/redis';
import { startS3TestServer } from '@millrace/s3-test-server';
import type { S3TestServer } from '@millrace/s3-test-server';
import { StackError } from '../errors.js';
import type { SinkKind } from '../schedule/sink-kind.js';
import { fillBucket } from './input-data.js';
import { openLine } from './line.js';
import type { Line } from './line.js';
import { startRedisProcess } from './redis-process.js';
import type { RedisProcess } from './redis-process.js';
import { createService } from './service.js';
import type { Service, ServiceProgram } from './service.js';
import { WORKER_SETTINGS } from './settings.js';
import { bucketView, folderView } from './store-view.js';
import type { StoreView } from './store-view.js';
import { workingState } from './working-state.js';
import type { WorkingState } from './working-state.js';

export interface Api {
  readonly service: Service;
  /** FHIR base of this instance. */
  readonly url: string;
  /** Of its listener for operators. */
  readonly operationsUrl: string;
}

export interface WorkerPlace {
  readonly service: Service;
  /** Its way to Redis. */
  readonly line: Line;
}

export interface S3Place {
  readonly server: S3TestServer;
  /** The way of all services to it. */
  readonly line: Line;
}

/** Everything that can be broken, and access to its state from outside. */
export interface Stack {
  readonly apis: readonly Api[];
  readonly workers: readonly WorkerPlace[];
  readonly redis: RedisProcess;
  readonly s3: S3Place | undefined;
  readonly store: StoreView;
  /** The harness's own ways to the working state: they fail while Redis is away. */
  readonly jobs: RedisJobStore;
  readonly queue: ExportQueue;
  readonly state: WorkingState;
  /** Brings everything back that was stopped, cut or killed. @throws StackError */
  heal(): Promise<void>;
  /** Lets a background task run now. @throws StackError when no API takes that */
  activate(task: string): Promise<void>;
  stop(): Promise<void>;
}

export interface ChaosStackOptions {
  readonly sink: SinkKind;
  readonly apis: number;
  readonly workers: number;
  /** Input: a folder of sources. */
  readonly data: string;
  /** Everything that the stack writes goes here. */
  readonly folder: string;
  readonly onLine: (line: string) => void;
  readonly onCrash: (text: string) => void;
  readonly log: (line: string) => void;
}

const PREFIX = '{chaos}';
const BUCKETS = { data: 'chaos-data', out: 'chaos-out' } as const;

export async function startBreakableStack(options: ChaosStackOptions): Promise<Stack> {
  const { folder } = options;
  await mkdir(join(folder, 'logs'), { recursive: true });
  await mkdir(join(folder, 'out'), { recursive: true });
  const dataFolder = join(folder, 'redis');
  const redis = await startRedisProcess({ dataFolder, cacheFolder: CACHE_FOLDER, log: options.log });
  const s3 = options.sink === 's3' ? await startS3(options.data) : undefined;
  const shared = {
    ...placesOf(options, s3),
    REDIS_PREFIX: PREFIX,
    LOG_LEVEL: 'debug',
    PATH: '/usr/bin:/bin',
  };
  const apis = await createApis(options, shared, redis.port);
  const workers = await createWorkers(options, shared, redis.port);

  const connection = createRedisConnection(`redis://127.0.0.1:${redis.port}`, 'request');
  const queue = createExportQueue({ connection, prefix: PREFIX });
  const services = [...apis, ...workers].map(({ service }) => service);

  async function heal(): Promise<void> {
    redis.thaw();
    await redis.start();
    for (const { line } of workers) line.mend();
    s3?.server.faults.clear();
    s3?.line.mend();
    for (const service of services) service.signal('SIGCONT');
    for (const service of services) await service.start();
  }
  async function activate(task: string): Promise<void> {
    const url = `${apis[0]?.operationsUrl}/admin/background-tasks/${task}/activate`;
    const headers = { 'Content-Type': 'application/json' };
    const { status } = await fetch(url, { method: 'POST', headers, body: '{}' });
    if (status !== 202) throw new StackError(`${task} is not activated: ${status}`);
  }
  async function stop(): Promise<void> {
    await Promise.all(services.map((service) => service.end('SIGKILL', 0)));
    await queue.close().catch(() => undefined);
    connection.disconnect();
    await Promise.all(workers.map(({ line }) => line.close()));
    await redis.stop();
    await s3?.line.close();
    await s3?.server.stop();
  }

  try {
    await heal();
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    apis,
    workers,
    redis,
    s3,
    store: s3 ? bucketView(s3.server, BUCKETS.out) : folderView(join(folder, 'out')),
    jobs: createRedisJobStore({ redis: connection, prefix: PREFIX }),
    queue,
    state: workingState(connection, PREFIX),
    heal,
    activate,
    stop,
  };
}

async function startS3(data: string): Promise<S3Place> {
  const server = await startS3TestServer({ buckets: Object.values(BUCKETS) });
  await fillBucket(server, BUCKETS.data, data);
  return { server, line: await openLine({ port: Number(new URL(server.endpoint).port) }) };
}

function placesOf({ data, folder }: ChaosStackOptions, s3: S3Place | undefined): Record<string, string> {
  if (s3 === undefined) return { MILLRACE_DATA: data, MILLRACE_OUT: join(folder, 'out') };
  return {
    MILLRACE_DATA: `s3://${BUCKETS.data}`,
    MILLRACE_OUT: `s3://${BUCKETS.out}`,
    S3_ENDPOINT: `http://127.0.0.1:${s3.line.port}`,
    S3_REGION: s3.server.region,
    AWS_ACCESS_KEY_ID: s3.server.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: s3.server.credentials.secretAccessKey,
  };
}

async function createApis(
  options: ChaosStackOptions,
  shared: Readonly<Record<string, string>>,
  redisPort: number,
): Promise<Api[]> {
  const ports = await freePorts(options.apis * 2);
  const first = `http://127.0.0.1:${ports[0]}`;
  return Array.from({ length: options.apis }, (_, index) => {
    const [port = 0, operationsPort = 0] = ports.slice(index * 2);
    const env = {
      ...shared,
      REDIS_URL: `redis://127.0.0.1:${redisPort}`,
      PORT: String(port),
      OPS_PORT: String(operationsPort),
      // One address for all, as behind a load balancer, so that their answers can be compared.
      PUBLIC_BASE_URL: first,
    };
    const service = createService(programOf(options, 'api', index, env, operationsPort));
    const operationsUrl = `http://127.0.0.1:${operationsPort}`;
    return { service, url: `http://127.0.0.1:${port}/fhir`, operationsUrl };
  });
}

async function createWorkers(
  options: ChaosStackOptions,
  shared: Readonly<Record<string, string>>,
  redisPort: number,
): Promise<WorkerPlace[]> {
  const ports = await freePorts(options.workers);
  return Promise.all(
    ports.map(async (port, index) => {
      const line = await openLine({ port: redisPort });
      const env = {
        ...shared,
        ...WORKER_SETTINGS,
        REDIS_URL: `redis://127.0.0.1:${line.port}`,
        OPS_PORT: String(port),
      };
      return { service: createService(programOf(options, 'worker', index, env, port)), line };
    }),
  );
}

function programOf(
  options: ChaosStackOptions,
  kind: ServiceKind,
  index: number,
  env: Readonly<Record<string, string>>,
  operationsPort: number,
): ServiceProgram {
  const name = `${kind}-${index + 1}`;
  return {
    name,
    kind,
    env: { ...env, WORKER_NAME: name },
    readyUrl: `http://127.0.0.1:${operationsPort}/readyz`,
    logFile: join(options.folder, 'logs', `${name}.log`),
    onLine: options.onLine,
    onCrash: (how) => options.onCrash(`${name} ended by itself (${how})`),
  };
}
