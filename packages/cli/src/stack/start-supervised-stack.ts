import { mkdir, open, type FileHandle } from 'node:fs/promises';
import {
  CACHE_FOLDER,
  type ResolvedRedis,
  answersWithin,
  resolveRedis,
  startService,
} from '@millrace/local-stack';
import { CommandFailedError } from '../errors.js';
import { adoptStore } from '../store/compose.js';
import { findPort } from './find-port.js';
import {
  apiEnvironment,
  fhirUrlOf,
  operationsUrlOf,
  workerEnvironment,
  type StackPlan,
} from './service-environment.js';
import { keepRedis } from './keep-redis.js';
import { supervise, type SupervisedService } from './supervise.js';

export interface UpOptions extends Omit<StackPlan, 'redisUrl'> {
  /** 0 picks a free port, for `operationsPort` too. */
  readonly port: number;
  /** A Redis that runs already; else one is started. */
  readonly redisUrl: string | undefined;
  /** Folder for the data of a Redis that is started here. */
  readonly redisFolder: string;
  readonly allowEmulator: boolean;
  /** Makes `out` the store of the exports, even if Redis knows another one. */
  readonly adoptStore?: boolean;
  /** The environment that the services inherit. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where the services log; to standard error otherwise. */
  readonly logFile?: string;
  /** Gets a line about slow steps and about failures. */
  readonly report: (line: string) => void;
  readonly signal: AbortSignal;
}

/** A Redis, an API that answers, and workers. */
export interface Stack {
  readonly fhirUrl: string;
  readonly operationsUrl: string;
  /** Resolves with the reason when a service could not be kept running. */
  readonly broken: Promise<Error | undefined>;
  /** Ends API, workers and Redis, in this order, so that Redis records the work that workers hand back. */
  stop(): Promise<void>;
}

const READY_MS = 60_000;

/** Starts a stack and resolves once its API answers. Leaves nothing running when that fails. */
export async function startSupervisedStack(options: UpOptions): Promise<Stack> {
  const { report, signal } = options;
  const redis = await resolveRedis({
    url: options.redisUrl,
    dataFolder: options.redisFolder,
    cacheFolder: CACHE_FOLDER,
    allowEmulator: options.allowEmulator,
    log: report,
  });
  const kept = keepRedis(redis, report);
  if (redis.server !== undefined) report(`Redis: process ${redis.server.pid} at ${redis.url}`);
  const log = options.logFile === undefined ? undefined : await open(options.logFile, 'a');
  const services: SupervisedService[] = [];
  const stop = async (): Promise<void> => {
    const [api, ...workers] = services;
    await api?.stop();
    await Promise.all(workers.map((worker) => worker.stop()));
    await kept.stop();
    await log?.close();
  };
  try {
    signal.throwIfAborted();
    const plan = await makePlan(options, redis);
    if (options.adoptStore === true) {
      const { place, adopted } = await adoptStore(workerEnvironment(plan, options.env));
      report(`the store at ${place} is ${adopted}`);
    }
    let crashed: string | undefined;
    const onCrash = (line: string): void => {
      crashed ??= line;
      report(line);
    };
    for (const service of startServices(plan, options, onCrash, log)) services.push(service);
    await untilAnswers(fhirUrlOf(plan), () => crashed, signal);
    const broken = Promise.race([kept, ...services].map(({ over }) => over));
    return { fhirUrl: fhirUrlOf(plan), operationsUrl: operationsUrlOf(plan), broken, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function makePlan(options: UpOptions, redis: ResolvedRedis): Promise<StackPlan> {
  const { data, out, workers } = options;
  if (!out.startsWith('s3://')) await mkdir(out, { recursive: true });
  const port = await findPort(options.port);
  const operationsPort = await findPort(options.operationsPort);
  return { port, operationsPort, data, out, workers, redisUrl: redis.url };
}

function startServices(
  plan: StackPlan,
  options: UpOptions,
  onCrash: (line: string) => void,
  log: FileHandle | undefined,
): SupervisedService[] {
  const apiEnv = apiEnvironment(plan, options.env);
  const workerEnv = workerEnvironment(plan, options.env);
  const programs = [
    { name: 'api', kind: 'api', env: apiEnv } as const,
    ...Array.from({ length: plan.workers }, (_, index) => {
      return { name: `worker ${index + 1}`, kind: 'worker', env: workerEnv } as const;
    }),
  ];
  const shared = { output: log?.fd ?? process.stderr.fd, orphaned: 'SIGTERM', sourceMaps: true } as const;
  return programs.map(({ name, ...program }) => {
    const service = supervise(name, () => startService({ ...program, ...shared }), onCrash);
    options.report(`${name}: process ${service.pid()}`);
    return service;
  });
}

/**
 * Waits for the API's first answer. A service that ends before that has an unusable port or configuration.
 */
async function untilAnswers(
  fhirUrl: string,
  crashed: () => string | undefined,
  signal: AbortSignal,
): Promise<void> {
  const check = (): void => {
    signal.throwIfAborted();
    const crash = crashed();
    if (crash !== undefined) throw new CommandFailedError(`the stack does not start: ${crash}`);
  };
  if (await answersWithin(`${fhirUrl}/metadata`, READY_MS, check)) return;
  throw new CommandFailedError(`the API did not answer at ${fhirUrl} within ${READY_MS / 1000} seconds`);
}
