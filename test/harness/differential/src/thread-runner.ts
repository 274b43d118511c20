import { Worker } from 'node:worker_threads';
import type { ResourceLimits } from 'node:worker_threads';
import { ThreadEndedError } from './errors.js';
import { brokenPass } from './pass-result.js';
import type { PassResult } from './pass-result.js';
import type { PassRunner } from './run-passes.js';
import type { ThreadTask } from './thread-message.js';

/** The script of a thread, and its resource limits. */
export interface ThreadSetting {
  readonly script?: URL;
  readonly resourceLimits?: ResourceLimits;
}

/** Runs passes on a thread. One that dies makes its pass fail, and another goes on with the next. */
export function createThreadRunner(task: ThreadTask, setting: ThreadSetting = {}): PassRunner {
  let thread: Thread | undefined;
  return {
    async run(pass) {
      thread ??= startThread(task, setting);
      try {
        return await thread.resultOf(pass);
      } catch (error) {
        thread = undefined;
        return brokenPass({ ...task, pass }, error);
      }
    },
    async close() {
      await thread?.terminate();
    },
  };
}

interface Thread {
  /** @throws whatever ended the thread before there was a result */
  resultOf(pass: number): Promise<PassResult>;
  terminate(): Promise<unknown>;
}

function startThread(
  task: ThreadTask,
  { script = new URL('./pass-thread.js', import.meta.url), ...limits }: ThreadSetting,
): Thread {
  const worker = new Worker(script, { workerData: task, ...limits });
  let waiting = { resolve: (_: PassResult): void => undefined, reject: (_: Error): void => undefined };
  let death: Error | undefined;
  const die = (error: Error): void => {
    death ??= error;
    waiting.reject(death);
  };
  worker.on('message', (result: PassResult) => waiting.resolve(result));
  worker.on('error', die);
  worker.on('exit', (code) => die(new ThreadEndedError(code)));
  return {
    resultOf: (pass) =>
      new Promise((resolve, reject) => {
        if (death !== undefined) throw death;
        waiting = { resolve, reject };
        worker.postMessage(pass);
      }),
    terminate: () => worker.terminate(),
  };
}
