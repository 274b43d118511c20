import type { RequestListener } from 'node:http';
import type { Socket } from 'node:net';

/** Requests that a client may send on a connection before the first of them is answered. */
const MOST_PIPELINED = 32;

/**
 * Closes a connection with more requests at once. Node begins all of them in the same round of the event loop, and a few
 * kilobytes hold a thousand.
 * https://www.rfc-editor.org/rfc/rfc9112#section-9.3.2
 */
export function limitPipelining(answer: RequestListener): RequestListener {
  const open = new WeakMap<Socket, number>();
  return (request, response) => {
    const { socket } = request;
    if (socket.destroyed) return;
    const before = open.get(socket) ?? 0;
    if (before >= MOST_PIPELINED) {
      socket.destroy();
      return;
    }
    open.set(socket, before + 1);
    response.once('close', () => open.set(socket, (open.get(socket) ?? 1) - 1));
    answer(request, response);
  };
}
