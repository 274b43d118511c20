import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

/** How a line is cut: nothing comes through and nobody is told, or connections break and are refused. */
export type Cut = 'silent' | 'broken';

/** The way from one worker to Redis, which can be cut for it alone. */
export interface RedisLine {
  readonly port: number;
  cut(how: Cut): void;
  mend(): void;
  close(): Promise<void>;
}

export async function openRedisLine(redisPort: number): Promise<RedisLine> {
  const sockets = new Set<Socket>();
  let state: Cut | 'open' = 'open';

  function keep(socket: Socket): void {
    sockets.add(socket);
    // A reset connection is closed; that is all there is to know.
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(socket));
    if (state === 'silent') socket.pause();
  }

  const server = createServer((near) => {
    if (state === 'broken') {
      near.on('error', () => undefined);
      near.destroy();
      return;
    }
    const far = connect(redisPort, '127.0.0.1');
    near.pipe(far);
    far.pipe(near);
    near.once('close', () => far.destroy());
    far.once('close', () => near.destroy());
    keep(near);
    keep(far);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // Listening on TCP always gives an AddressInfo.
  const { port } = server.address() as AddressInfo;

  return {
    port,
    cut(how) {
      state = how;
      for (const socket of sockets) {
        if (how === 'silent') socket.pause();
        else socket.destroy();
      }
    },
    mend() {
      state = 'open';
      for (const socket of sockets) socket.resume();
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await once(server.close(), 'close');
    },
  };
}
