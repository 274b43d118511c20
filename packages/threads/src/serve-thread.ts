import type { MessagePort } from 'node:worker_threads';
import { giveBackMemory } from './give-back-memory.js';
import type { FromThread, ToThread } from './messages.js';
import { stepBack } from './step-back.js';

/** Heap that a thread keeps while it is idle: its modules, and some room to work in. */
const KEPT_MB = 32;

/**
 * The body of a thread of a pool.
 *
 * @param handle does a task; `at` tells where it is, for the case that it takes too long
 */
export function serveThread<Task, Answer>(
  port: MessagePort,
  handle: (task: Task, at: (place: number) => void) => Answer,
): void {
  stepBack();
  const say = (message: FromThread<Answer>): void => port.postMessage(message);
  port.on('message', ({ task }: ToThread<Task>) => {
    try {
      say({ kind: 'done', answer: handle(task, (at) => say({ kind: 'at', at })) });
    } catch (error) {
      say({ kind: 'failed', error });
    }
    giveBackMemory(KEPT_MB);
  });
  say({ kind: 'ready' });
}
