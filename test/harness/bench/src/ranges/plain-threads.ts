import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { BenchmarkError } from '../errors.js';
import type { PlainFile } from './plain-pass.js';
import type { PlainAnswer, PlainRequest } from './plain-thread.js';

/** Threads that stay, each with its scans. */
export interface PlainThreads extends AsyncDisposable {
  /** Does all of it, each thread taking the next request when it is done with one. @throws BenchmarkError */
  run(requests: readonly PlainRequest[]): Promise<PlainFile[]>;
}

export function startPlainThreads(count: number): PlainThreads {
  const threads = Array.from(
    { length: count },
    () => new Worker(new URL('plain-thread.js', import.meta.url)),
  );
  return {
    async run(requests) {
      const waiting = requests.values();
      const files: PlainFile[] = [];
      await Promise.all(
        threads.map(async (thread) => {
          for (const request of waiting) files.push(...(await ask(thread, request)));
        }),
      );
      return files;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(threads.map((thread) => thread.terminate()));
    },
  };
}

async function ask(thread: Worker, request: PlainRequest): Promise<readonly PlainFile[]> {
  const answered = once(thread, 'message');
  thread.postMessage(request);
  const [answer] = (await answered) as [PlainAnswer];
  if ('failure' in answer) throw new BenchmarkError(answer.failure);
  return answer.files;
}
