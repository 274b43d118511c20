import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { CUT } from '../connection.js';
import type { Connection, HttpRequest } from '../connection.js';
import type { Attack } from './attack.js';
import { named, pairs, resource, runOf, subject } from './run.js';
import { hold } from './sockets.js';

/** As many as runs are at work in an API, and some. */
const READERS = 6;
/** How long a slow reader reads. */
const READ_MS = 8000;
const PIPELINED = 20;

/** More rows than the buffers of a connection hold. */
const LARGE = runOf([subject(pairs), ...Array.from({ length: 20 }, () => resource(named(450)))]);

/** Clients of runs that go away, or hardly read. None of them is answered to the end, so that all of them end as `cut`. */
export function runSocketAttacks(): readonly Attack[] {
  const attack = (
    name: string,
    sockets: number,
    act: (socket: Socket, request: string) => Promise<void>,
  ): Attack => ({
    name,
    answers: ['cut'],
    async send(connection) {
      const opened = await Promise.all(Array.from({ length: sockets }, () => connection.open()));
      try {
        await Promise.all(opened.map((socket) => act(socket, textOf(connection, LARGE))));
      } finally {
        for (const socket of opened) socket.destroy();
      }
      return CUT;
    },
  });
  return [
    attack('a run, and is gone before its head', READERS, async (socket, request) => {
      await new Promise((resolve) => {
        socket.write(request, resolve);
      });
    }),
    attack('a run, and is gone in the middle of its rows', READERS, async (socket, request) => {
      socket.write(request);
      await firstBytes(socket);
    }),
    attack('runs, and reads a byte now and then', READERS, async (socket, request) => {
      socket.pause();
      socket.write(request);
      for (const until = performance.now() + READ_MS; performance.now() < until && !socket.destroyed;) {
        socket.read(1);
        await delay(250);
      }
    }),
    attack('runs, and reads nothing', READERS, async (socket, request) => {
      socket.pause();
      socket.write(request);
      await hold(socket);
    }),
    attack('runs, and closes its half of the connection', 1, async (socket, request) => {
      socket.end(request);
      await firstBytes(socket);
    }),
    attack('many runs on one connection, and reads nothing', 1, async (socket, request) => {
      socket.pause();
      socket.write(request.repeat(PIPELINED));
      await hold(socket);
    }),
  ];
}

function textOf({ basePath }: Connection, { method, path, headers, body = '' }: HttpRequest): string {
  const fields = { host: 'x', 'content-length': Buffer.byteLength(body), ...headers };
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${String(value)}`);
  return [`${method} ${basePath}${path} HTTP/1.1`, ...lines, '', body.toString()].join('\r\n');
}

/** Until there is something to read, or nothing can come any more. */
async function firstBytes(socket: Socket): Promise<void> {
  await new Promise<void>((resolve) => {
    socket.once('readable', () => resolve());
    socket.once('close', () => resolve());
  });
}
