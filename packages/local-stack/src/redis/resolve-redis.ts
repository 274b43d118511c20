import { checkRedisUrl } from './check-redis-url.js';
import { reason } from './command.js';
import { containerServer, hasContainers } from './container.js';
import { startEmulator } from './emulator.js';
import { NoRedisError } from './errors.js';
import { inUse } from './in-use.js';
import { serverFromPackages, serverOnPath } from './local-server.js';
import { startServer } from './server-process.js';
import type { ServerCommand, ServerProcess } from './server-process.js';

export interface LocalRedisOptions {
  /** Value of `REDIS_URL`; empty counts as unset. When given, nothing is started. */
  readonly url?: string | undefined;
  /** Where a started Redis keeps its append-only file. Two servers may not share it. */
  readonly dataFolder: string;
  /** Where unpacked packages are kept between runs. */
  readonly cacheFolder: string;
  /** Lets an emulator without persistence stand in when nothing else can be had. For the demo only. */
  readonly allowEmulator?: boolean;
  /** Gets a line when an attempt takes time. */
  readonly log?: (line: string) => void;
}

export type RedisOrigin = 'given' | 'path' | 'container' | 'packages' | 'emulator';

export interface ResolvedRedis {
  readonly url: string;
  readonly how: RedisOrigin;
  /** The process that was started; undefined for a given Redis and for the emulator. */
  readonly server?: StartedServer;
  /** Ends a Redis that was started; leaves a given one alone. */
  stop(): Promise<void>;
}

export interface StartedServer extends ServerProcess {
  /** Starts it again after it has ended, at the same address and with its data. @throws RedisStartError */
  startAgain(): Promise<ServerProcess>;
}

const GIVEN_PATIENCE_MS = 5_000;

/**
 * Obtains a Redis, in this order: the given one; a server program on the PATH; a container; the distribution's
 * package, unpacked without installing; the emulator, where allowed.
 *
 * @throws UnreachableRedisError | UnsuitableRedisError when a given Redis cannot be used
 * @throws NoRedisError with the reason of every way that failed
 */
export async function resolveRedis(options: LocalRedisOptions): Promise<ResolvedRedis> {
  if (options.url) {
    await checkRedisUrl(options.url, GIVEN_PATIENCE_MS);
    return { url: options.url, how: 'given', stop: () => Promise.resolve() };
  }
  const user = await inUse(options.dataFolder);
  if (user !== undefined) {
    throw new NoRedisError([
      `process ${user} already runs a Redis on ${options.dataFolder}: end the stack that it is part of, or choose another output folder`,
    ]);
  }
  const tried: string[] = [];
  for (const { how, start } of ways(options)) {
    try {
      return { how, ...(await start()) };
    } catch (error) {
      tried.push(`${how}: ${reason(error)}`);
    }
  }
  throw new NoRedisError(tried);
}

interface Way {
  readonly how: RedisOrigin;
  start(): Promise<Omit<ResolvedRedis, 'how'>>;
}

function ways({
  dataFolder,
  cacheFolder,
  allowEmulator = false,
  log = () => undefined,
}: LocalRedisOptions): Way[] {
  return [
    { how: 'path', start: async () => started(await serverOnPath(dataFolder)) },
    {
      how: 'container',
      start: async () => {
        if (!(await hasContainers())) throw new Error('no container daemon answers');
        log('Starting a Redis container …');
        return started(await containerServer(dataFolder));
      },
    },
    {
      how: 'packages',
      start: async () => started(await serverFromPackages(dataFolder, cacheFolder, log)),
    },
    {
      how: 'emulator',
      start: async () => {
        if (!allowEmulator) throw new Error('not allowed here');
        const emulator = await startEmulator();
        log(
          'WARNING: using an in-memory EMULATOR of Redis. It is slow, keeps nothing, and is for this demo only.',
        );
        return emulator;
      },
    },
  ];
}

async function started(command: ServerCommand): Promise<Omit<ResolvedRedis, 'how'>> {
  const server = await startServer(command);
  const port = Number(new URL(server.url).port);
  return {
    url: server.url,
    server: { ...server, startAgain: () => startServer(command, port) },
    stop: () => server.stop(),
  };
}
