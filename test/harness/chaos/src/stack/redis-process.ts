import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { startLocalRedis } from '@millrace/local-stack';
import type { ServerProcess } from '@millrace/local-stack';
import { createReservation } from './reservation.js';

/** A Redis with an append-only file that is frozen, killed and started again at the same address. */
export interface RedisProcess {
  readonly port: number;
  freeze(): void;
  thaw(): void;
  kill(): Promise<void>;
  /** Keeps a copy of the append-only file so far. */
  remember(): Promise<void>;
  /** Puts the copy in the place of the file; only while the Redis does not run. */
  rewind(): Promise<void>;
  /** Starts it unless it runs. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** For one fault at a time: undefined while another one has it. */
  reserve(): Disposable | undefined;
}

export async function startRedisProcess(where: {
  dataFolder: string;
  cacheFolder: string;
  log: (line: string) => void;
}): Promise<RedisProcess> {
  let server: ServerProcess | undefined = await startLocalRedis(where);
  const port = Number(new URL(server.url).port);

  const written = join(where.dataFolder, 'appendonlydir');
  const copy = join(where.dataFolder, 'remembered');

  function signal(name: NodeJS.Signals): void {
    if (server) process.kill(server.pid, name);
  }
  return {
    port,
    freeze: () => signal('SIGSTOP'),
    thaw: () => signal('SIGCONT'),
    async kill() {
      signal('SIGKILL');
      await server?.stop();
      server = undefined;
    },
    async remember() {
      await rm(copy, { recursive: true, force: true });
      await cp(written, copy, { recursive: true });
    },
    async rewind() {
      await rm(written, { recursive: true, force: true });
      await cp(copy, written, { recursive: true });
    },
    async start() {
      const { dataFolder, cacheFolder } = where;
      server ??= await startLocalRedis({ dataFolder, cacheFolder, port });
    },
    async stop() {
      signal('SIGCONT');
      await server?.stop();
      server = undefined;
    },
    reserve: createReservation(),
  };
}
