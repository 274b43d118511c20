import { Worker } from 'node:worker_threads';
import type { ViewResult } from './run-view.js';
import type { ThreadTask } from './thread-message.js';

/** Runs views on threads and hands over each result as it comes. Rejects when a thread dies. */
export async function runViews(
  task: Omit<ThreadTask, 'step'>,
  threads: number,
  onResult: (result: ViewResult) => void,
): Promise<void> {
  const runs = Array.from({ length: threads }, async (_, thread) => {
    const workerData: ThreadTask = { ...task, from: task.from + thread, step: threads };
    const worker = new Worker(new URL('./view-thread.js', import.meta.url), { workerData });
    worker.on('message', onResult);
    await new Promise<void>((resolve, reject) => {
      worker.once('error', reject);
      worker.once('exit', () => resolve());
    });
  });
  await Promise.all(runs);
}
