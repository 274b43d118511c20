import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { createReservation } from './reservation.js';

/** How a line is cut: nothing comes through and nobody is told, or connections break and are refused. */
export type Cut = 'silent' | 'broken';

/** A way to a server that can be cut without the server knowing. */
export interface Line {
  readonly port: number;
  cut(how: Cut): void;
  mend(): void;
  /** Breaks all connections; the next ones lead to another server. */
  leadTo(server: ServerAddress): void;
  close(): Promise<void>;
  /** For one fault at a time: undefined while another one has it. */
  reserve(): Disposable | undefined;
}

export interface ServerAddress {
  readonly port: number;
  /** 127.0.0.1 by default. */
  readonly host?: string;
}

/** @param port of 127.0.0.1 that the way begins at; a free one by default */
export async function openLine(server: ServerAddress, port = 0): Promise<Line> {
  const sockets = new Set<Socket>();
  let target = server;
  let state: Cut | 'open' = 'open';

  function keep(socket: Socket): void {
    sockets.add(socket);
    // A reset connection is closed; that is all there is to know.
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(socket));
    if (state === 'silent') socket.pause();
  }

  const listener = createServer((near) => {
    if (state === 'broken') {
      near.on('error', () => undefined);
      near.destroy();
      return;
    }
    const far = connect(target.port, target.host ?? '127.0.0.1');
    near.pipe(far);
    far.pipe(near);
    near.once('close', () => far.destroy());
    far.once('close', () => near.destroy());
    keep(near);
    keep(far);
  });
  listener.listen(port, '127.0.0.1');
  await once(listener, 'listening');

  return {
    // Listening on TCP always gives an AddressInfo.
    port: (listener.address() as AddressInfo).port,
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
    leadTo(server) {
      target = server;
      for (const socket of sockets) socket.destroy();
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await once(listener.close(), 'close');
    },
  };
}
