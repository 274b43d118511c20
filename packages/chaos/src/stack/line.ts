import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { createReservation } from './reservation.js';

/** How a line is cut: nothing comes through and nobody is told, or connections break and are refused. */
export type Cut = 'silent' | 'broken';

/** A way to a server of this machine that can be cut without the server knowing. */
export interface Line {
  readonly port: number;
  cut(how: Cut): void;
  mend(): void;
  close(): Promise<void>;
  /** For one fault at a time: undefined while another one has it. */
  reserve(): Disposable | undefined;
}

export async function openLine(serverPort: number): Promise<Line> {
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
    const far = connect(serverPort, '127.0.0.1');
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
    reserve: createReservation(),
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
