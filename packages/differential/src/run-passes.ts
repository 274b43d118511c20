import { Worker } from 'node:worker_threads';
import type { PassResult } from './run-pass.js';
import type { ThreadTask } from './thread-message.js';

/** Runs passes on threads and hands over each result as it comes. Rejects when a thread dies. */
export async function runPasses(
  task: Omit<ThreadTask, 'step'>,
  threads: number,
  onResult: (result: PassResult) => void,
): Promise<void> {
  const runs = Array.from({ length: threads }, async (_, thread) => {
    const workerData: ThreadTask = { ...task, from: task.from + thread, step: threads };
    const worker = new Worker(new URL('./pass-thread.js', import.meta.url), { workerData });
    worker.on('message', onResult);
    await new Promise<void>((resolve, reject) => {
      worker.once('error', reject);
      worker.once('exit', () => resolve());
    });
  });
  await Promise.all(runs);
}
