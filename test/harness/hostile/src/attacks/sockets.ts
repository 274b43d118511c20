import type { Socket } from 'node:net';
import { CUT } from '../connection.js';
import type { Connection } from '../connection.js';
import type { Attack } from './attack.js';

const LARGE = (4 << 20) - 1;
const PIPELINED = 2000;
/** As many requests at once as an API answers, on as many connections as one attack holds. */
const [UNREAD, READERS] = [32, 4];
/** How long an idle client holds on. */
const HOLD_MS = 2000;

/** Clients that stop in the middle, or never read. None of them is answered, so that all of them end as `cut`. */
export function socketAttacks(): readonly Attack[] {
  const attack = (name: string, act: (socket: Socket, head: string) => Promise<void>): Attack => ({
    name,
    answers: ['cut'],
    send: async (connection) => {
      const socket = await connection.open();
      try {
        await act(socket, headOf(connection));
      } finally {
        socket.destroy();
      }
      return CUT;
    },
  });
  return [
    attack('most of a large body, and is gone', async (socket, head) => {
      socket.write(`${head}content-length: ${LARGE + 1}\r\n\r\n`);
      await written(socket, Buffer.alloc(LARGE, ' '));
    }),
    attack('the start of a large body, and waits', async (socket, head) => {
      socket.write(`${head}content-length: ${LARGE}\r\n\r\n[`);
      await hold(socket);
    }),
    attack('half of a head, and waits', async (socket, head) => {
      socket.write(head.slice(0, -9));
      await hold(socket);
    }),
    attack('a body in chunks of a byte', async (socket, head) => {
      socket.write(`${head}transfer-encoding: chunked\r\n\r\n`);
      await written(socket, Buffer.from('1\r\n \r\n'.repeat(100_000)));
    }),
    {
      name: 'some requests on each of several connections, and reads no answer',
      answers: ['cut'],
      async send(connection) {
        const sockets = await Promise.all(Array.from({ length: READERS }, () => connection.open()));
        for (const socket of sockets) {
          socket.pause();
          socket.write(`GET ${connection.basePath}/metadata HTTP/1.1\r\nhost: x\r\n\r\n`.repeat(UNREAD));
        }
        await Promise.all(sockets.map(hold));
        for (const socket of sockets) socket.destroy();
        return CUT;
      },
    },
    attack('thousands of requests at once, and reads no answer', async (socket, head) => {
      const path = head.split(' ')[1]?.replace('$sql-export', 'metadata') ?? '';
      socket.pause();
      socket.write(`GET ${path} HTTP/1.1\r\nhost: x\r\n\r\n`.repeat(PIPELINED));
      await hold(socket);
    }),
    attack('bytes that are not HTTP', async (socket) => {
      await written(socket, Buffer.alloc(100_000, 'x\0'));
    }),
  ];
}

/** The head of a kick-off without its last lines. */
function headOf({ basePath }: Connection): string {
  return `POST ${basePath}/$sql-export HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n`;
}

/** Until the service has taken it, or has closed the socket. */
async function written(socket: Socket, bytes: Buffer): Promise<void> {
  await Promise.race([
    new Promise((resolve) => {
      socket.write(bytes, resolve);
    }),
    closed(socket),
  ]);
}

/** Holds on for a while, or until the service has closed the connection. */
export async function hold(socket: Socket): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const held = new Promise((resolve) => {
    timer = setTimeout(resolve, HOLD_MS);
  });
  await Promise.race([held, closed(socket)]);
  clearTimeout(timer);
}

/** Also when the service has reset it. */
function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    if (socket.destroyed) resolve();
    else socket.once('close', () => resolve());
  });
}
