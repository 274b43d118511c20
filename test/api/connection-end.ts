import type { Socket } from 'node:net';

/**
 * How the server ended a connection, and the bytes before that. libuv tells a reset as an end of the data if both become known
 * together, so that the end alone proves nothing. After a reset the kernel refuses the next byte; after an end it takes it.
 *
 * @param socket opened with `allowHalfOpen`
 */
export async function connectionEndOf(
  socket: Socket,
): Promise<{ readonly end: 'reset' | 'end'; readonly received: Buffer }> {
  const received: Buffer[] = [];
  const isWhole = await readAll(socket, received);
  const end = isWhole && (await takesAByte(socket)) ? 'end' : 'reset';
  socket.destroy();
  return { end, received: Buffer.concat(received) };
}

function readAll(socket: Socket, received: Buffer[]): Promise<boolean> {
  return new Promise((resolve) => {
    socket.on('data', (chunk: Buffer) => received.push(chunk));
    socket.once('end', () => resolve(true));
    socket.once('error', () => resolve(false));
  });
}

const takesAByte = (socket: Socket): Promise<boolean> =>
  new Promise((resolve) => {
    socket.write('x', (error) => resolve(error === undefined || error === null));
  });
