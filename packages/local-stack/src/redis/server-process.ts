import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { infoField } from '@millrace/redis';
import { Redis } from 'ioredis';
import { endChild, endOf, signalAtExit } from '../child-process.js';
import { succeeds } from './command.js';
import { RedisStartError } from './errors.js';
import { freePort } from '../free-port.js';
import { pidFile } from './in-use.js';

export interface ServerProcess {
  readonly url: string;
  readonly pid: number;
  /** How it ended, for people: `code 1`, `SIGKILL`. Never rejects. */
  readonly ended: Promise<string>;
  /** Ends the server and waits until it is gone; it writes its append-only file first. */
  stop(): Promise<void>;
}

/** How to start a server on a port. */
export interface ServerCommand {
  readonly program: string;
  /** Arguments before Redis's own ones. */
  args(port: number): readonly string[];
  /** Replaces the environment of the server. */
  readonly env?: Record<string, string>;
  /** Whether the process that is spawned is the server, and not something that runs it elsewhere. */
  readonly isServer: boolean;
  readonly logFile: string;
}

const STARTS = 5;
const START_MS = 20_000;
const STOP_MS = 10_000;

/** Settings that every started Redis has: durable to a second, never evicting, this machine only. */
export function serverSettings(port: number, bind: string, folder: string): string[] {
  const settings = {
    port: String(port),
    bind,
    dir: folder,
    appendonly: 'yes',
    appendfsync: 'everysec',
    'maxmemory-policy': 'noeviction',
    save: '',
  };
  return Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
}

/** Command for a server program on this machine with its append-only file in `dataFolder`. */
export async function localServer(
  program: string,
  dataFolder: string,
  env?: Record<string, string>,
): Promise<ServerCommand> {
  const folder = resolve(dataFolder);
  await mkdir(folder, { recursive: true });
  const logFile = join(folder, 'redis.log');
  return {
    program,
    args: (port) => [
      ...serverSettings(port, '127.0.0.1', folder),
      '--logfile',
      logFile,
      '--pidfile',
      pidFile(folder),
    ],
    ...(env === undefined ? {} : { env }),
    isServer: true,
    logFile,
  };
}

/**
 * Starts a server on 127.0.0.1 and waits until it answers. It ends with this process: by a signal of the kernel
 * where `setpriv` exists (Linux), else when this process exits by itself.
 *
 * @param wishedPort any free one by default
 * @throws RedisStartError
 */
export async function startServer(command: ServerCommand, wishedPort?: number): Promise<ServerProcess> {
  const mortal = await succeeds('setpriv', ['--pdeathsig', 'TERM', 'true'], { timeoutMs: 2_000 });
  for (let start = 1; ; start += 1) {
    const port = wishedPort ?? (await freePort());
    const child = spawnServer(command, port, mortal);
    const ended = endOf(child);
    const stop = async (): Promise<void> => {
      await endChild(child, ended, 'SIGTERM', STOP_MS);
    };
    try {
      await answers(child, port, command);
      return { url: `redis://127.0.0.1:${port}`, pid: child.pid ?? 0, ended, stop };
    } catch (error) {
      await stop();
      // Somebody else may take the port between our look and the server's bind.
      const lostPort = error instanceof RedisStartError && /address already in use/i.test(error.log);
      if (!lostPort || start === STARTS) throw error;
    }
  }
}

function spawnServer(command: ServerCommand, port: number, mortal: boolean): ChildProcess {
  const line = [command.program, ...command.args(port)];
  const [program = command.program, ...args] = mortal ? ['setpriv', '--pdeathsig', 'TERM', ...line] : line;
  const child = spawn(program, args, {
    stdio: 'ignore',
    // Its own process group: Ctrl-C in a terminal reaches only us, and those who use it are to end first.
    detached: true,
    ...(command.env === undefined ? {} : { env: command.env }),
  });
  child.unref();
  signalAtExit(child, 'SIGTERM');
  return child;
}

async function answers(child: ChildProcess, port: number, command: ServerCommand): Promise<void> {
  const abort = new AbortController();
  const failed = new Promise<never>((_, reject) => {
    child.once('error', (error) => {
      reject(new RedisStartError(command.program, `could not be run: ${error.message}`, ''));
    });
    child.once('exit', (code, signal) => {
      if (abort.signal.aborted) return;
      void tail(command.logFile).then((log) => {
        reject(new RedisStartError(command.program, `ended at once (${signal ?? `exit code ${code}`})`, log));
      });
    });
  });
  try {
    await Promise.race([failed, untilPong(port, command.isServer ? child.pid : undefined, abort.signal)]);
  } catch (error) {
    if (error instanceof RedisStartError) throw error;
    throw new RedisStartError(
      command.program,
      `did not answer within ${START_MS} ms`,
      await tail(command.logFile),
    );
  } finally {
    abort.abort();
    failed.catch(() => undefined);
  }
}

/** Asks until the server with the given process id answers: another program may sit on the port. */
async function untilPong(port: number, pid: number | undefined, signal: AbortSignal): Promise<void> {
  const deadline = performance.now() + START_MS;
  while (performance.now() < deadline && !signal.aborted) {
    const client = new Redis(port, '127.0.0.1', {
      lazyConnect: true,
      retryStrategy: null,
      commandTimeout: 1_000,
    });
    client.on('error', () => undefined);
    try {
      await client.connect();
      if (await hasPid(client, pid)) return;
    } catch {
      // Not listening yet, or still loading its file.
    }
    await delay(25);
  }
  throw new Error('no answer');
}

async function hasPid(client: Redis, pid: number | undefined): Promise<boolean> {
  try {
    await client.ping();
    return pid === undefined || infoField(await client.info('server'), 'process_id') === String(pid);
  } finally {
    client.disconnect();
  }
}

async function tail(file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).trimEnd().split('\n').slice(-8).join('\n');
  } catch {
    return '';
  }
}
