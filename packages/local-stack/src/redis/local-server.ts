import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { unpackedProgram } from '../debian-packages.js';
import { output, succeeds } from './command.js';
import { localServer, startServer } from './server-process.js';
import type { ServerCommand, ServerProcess } from './server-process.js';

/** `redis-server` is a link into the other package. */
const REDIS = { packages: ['redis-server', 'redis-tools'], path: 'usr/bin/redis-server' };

/** @throws Error when the PATH has no server program */
export async function serverOnPath(dataFolder: string): Promise<ServerCommand> {
  for (const program of ['redis-server', 'valkey-server']) {
    if (await succeeds(program, ['--version'], { timeoutMs: 5_000 })) return localServer(program, dataFolder);
  }
  throw new Error('neither redis-server nor valkey-server is installed');
}

/** @throws Error when the distribution's package cannot be had or does not run */
export async function serverFromPackages(
  dataFolder: string,
  cacheFolder: string,
  log: (line: string) => void,
): Promise<ServerCommand> {
  await output('apt-get', ['--version'], { timeoutMs: 5_000 });
  log(`Looking for Redis in ${cacheFolder}; the first start downloads it …`);
  const { program, env } = await unpackedProgram(join(cacheFolder, `redis-${process.arch}`), REDIS);
  return localServer(program, dataFolder, env);
}

/**
 * Starts a Redis that is a process of this machine and not a container: one that may be stopped, killed by
 * its process id, and started again on the same folder and port.
 *
 * @throws Error when there is no program to run
 * @throws RedisStartError
 */
export async function startLocalRedis(where: {
  readonly dataFolder: string;
  readonly cacheFolder: string;
  /** Any free one by default. */
  readonly port?: number;
  /** Further arguments of the server, after the ones that every started Redis has. */
  readonly settings?: readonly string[];
  /** Runs it as a Sentinel, which keeps its findings in `sentinel.conf` of the folder. */
  readonly sentinel?: boolean;
  readonly log?: (line: string) => void;
}): Promise<ServerProcess> {
  const { dataFolder, cacheFolder, port, settings = [], sentinel = false, log = () => undefined } = where;
  const command = await serverOnPath(dataFolder).catch(() =>
    serverFromPackages(dataFolder, cacheFolder, log),
  );
  const memory = join(resolve(dataFolder), 'sentinel.conf');
  if (sentinel) await writeFile(memory, '', { flag: 'a' });
  const args = (at: number) => [
    ...(sentinel ? [memory, '--sentinel'] : []),
    ...command.args(at),
    ...settings,
  ];
  return startServer({ ...command, args }, port);
}
