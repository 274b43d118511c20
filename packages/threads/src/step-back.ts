import { constants, getPriority, setPriority } from 'node:os';

/**
 * Lowers the priority of the calling thread. It then leaves the processor to the main thread, whose answers all clients wait
 * for.
 */
export function stepBack(): void {
  // Elsewhere it would be the priority of the process. https://man7.org/linux/man-pages/man2/setpriority.2.html
  if (process.platform !== 'linux') return;
  const { PRIORITY_BELOW_NORMAL } = constants.priority;
  // A process that was started with a lower one may not raise it.
  if (getPriority() < PRIORITY_BELOW_NORMAL) setPriority(PRIORITY_BELOW_NORMAL);
}
