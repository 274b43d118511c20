import { startLocalRedis } from '@millrace/local-redis';
import type { ServerProcess } from '@millrace/local-redis';
import { createReservation } from './reservation.js';

/** A Redis with an append-only file that is frozen, killed and started again at the same address. */
export interface RedisProcess {
  readonly port: number;
  freeze(): void;
  thaw(): void;
  kill(): Promise<void>;
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
