import type { MessagePort } from 'node:worker_threads';
import type { FromThread, ToThread } from './messages.js';

/**
 * The body of a thread of a pool.
 *
 * @param handle does a task; `at` tells where it is, for the case that it takes too long
 */
export function serveThread<Task, Answer>(
  port: MessagePort,
  handle: (task: Task, at: (place: number) => void) => Answer,
): void {
  const say = (message: FromThread<Answer>): void => port.postMessage(message);
  port.on('message', ({ task }: ToThread<Task>) => {
    try {
      say({ kind: 'done', answer: handle(task, (at) => say({ kind: 'at', at })) });
    } catch (error) {
      say({ kind: 'failed', error });
    }
  });
  say({ kind: 'ready' });
}
