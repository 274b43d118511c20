import type { RequestListener } from 'node:http';
import type { Socket } from 'node:net';

const MOST_PIPELINED = 32;

/**
 * Begins a request when the one before it on its connection is answered, and closes a connection on which more than 32 wait.
 * Node begins all of them in the same round of the event loop, and a few kilobytes hold a thousand. It also never tells the
 * answers that wait for their turn that the connection is closed, so that what they hold would be held for ever.
 * https://www.rfc-editor.org/rfc/rfc9112#section-9.3.2
 *
 * @returns wraps each listener of a server; all of them share the turns
 */
export function answerInTurn(): (answer: RequestListener) => RequestListener {
  /** By connection on which a request is being answered: those that wait for it. */
  const waiting = new WeakMap<Socket, (() => void)[]>();
  return (answer) => (request, response) => {
    const { socket } = request;
    if (socket.destroyed) return;
    const begin = (): void => {
      response.once('close', () => {
        const next = waiting.get(socket)?.shift();
        // Without its connection the next one would never be closed.
        if (next === undefined || socket.destroyed) waiting.delete(socket);
        else next();
      });
      answer(request, response);
    };
    const line = waiting.get(socket);
    if (line === undefined) {
      waiting.set(socket, []);
      begin();
      return;
    }
    line.push(begin);
    if (line.length >= MOST_PIPELINED) socket.destroy();
  };
}
