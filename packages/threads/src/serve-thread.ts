import { constants, getPriority, setPriority } from 'node:os';
import type { MessagePort } from 'node:worker_threads';
import { giveBackMemory } from './give-back-memory.js';
import type { FromThread, ToThread } from './messages.js';

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

/** Leaves the processor to the main thread while that has something to do: others wait for its answers. */
function stepBack(): void {
  // Elsewhere it would be the priority of the process. https://man7.org/linux/man-pages/man2/setpriority.2.html
  if (process.platform !== 'linux') return;
  const { PRIORITY_BELOW_NORMAL } = constants.priority;
  // A process that was started with a lower one may not raise it.
  if (getPriority() < PRIORITY_BELOW_NORMAL) setPriority(PRIORITY_BELOW_NORMAL);
}
