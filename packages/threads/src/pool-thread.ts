import { Worker } from 'node:worker_threads';
import { ThreadCrashedError, ThreadOverdueError } from './errors.js';
import { isOutOfMemory } from './out-of-memory.js';
import type { FromThread, ToThread } from './messages.js';

export interface ThreadTerms {
  /** Module that calls `serveThread`. */
  readonly thread: URL;
  /** Structured-cloneable. */
  readonly workerData?: unknown;
  /** How long a thread may work on one task. */
  readonly limitMs: number;
  /** JavaScript heap of a thread. */
  readonly heapMb: number;
}

export interface PoolThread<Task, Answer> {
  /** One task at a time. @throws ThreadOverdueError, ThreadCrashedError, what the task threw */
  run(task: Task): Promise<Answer>;
  /** Adds this much time to the age of the task. */
  tick(livedMs: number): void;
  end(): Promise<void>;
}

interface Running<Task, Answer> {
  readonly task: Task;
  /** The thread has it; before, the thread starts. */
  begun: boolean;
  elapsedMs: number;
  at: number | undefined;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

/** Less than the default: the threads are idle most of the time, and V8 gives memory back late. */
const YOUNG_MB = 16;
/** Loading its modules takes a thread less than a second. */
const START_LIMIT_MS = 60_000;

/** One thread, started at once so that it is ready when it is needed, and again when it had to be ended. */
export function startPoolThread<Task, Answer>(terms: ThreadTerms): PoolThread<Task, Answer> {
  let running: Running<Task, Answer> | undefined;
  let worker: Worker | undefined;
  let isReady = false;

  function start(): void {
    const started = new Worker(terms.thread, {
      workerData: terms.workerData,
      resourceLimits: { maxOldGenerationSizeMb: terms.heapMb, maxYoungGenerationSizeMb: YOUNG_MB },
    });
    const crashed = (cause?: unknown): void => {
      if (started !== worker) return;
      lose(new ThreadCrashedError(isOutOfMemory(cause), running?.at, { cause }));
    };
    started.on('message', (message: FromThread<Answer>) => {
      if (started === worker) hear(message);
    });
    started.on('error', crashed);
    started.on('exit', () => crashed());
    started.unref();
    worker = started;
    isReady = false;
  }

  function hear(message: FromThread<Answer>): void {
    switch (message.kind) {
      case 'ready':
        isReady = true;
        begin();
        break;
      case 'at':
        if (running) running.at = message.at;
        break;
      case 'done':
        settle()?.resolve(message.answer);
        break;
      case 'failed':
        settle()?.reject(message.error);
        break;
      default:
        message satisfies never;
    }
  }

  function begin(): void {
    if (!running || !isReady) return;
    running.begun = true;
    running.elapsedMs = 0;
    const message: ToThread<Task> = { task: running.task };
    worker?.postMessage(message);
  }

  function settle(): Running<Task, Answer> | undefined {
    const settled = running;
    running = undefined;
    // A thread that waits for a task keeps no process from its end.
    worker?.unref();
    return settled;
  }

  /** Ends the thread in any state. The next one starts at once, unless this one could not even start. */
  function lose(reason: Error): void {
    const lost = worker;
    worker = undefined;
    void lost?.terminate();
    if (isReady) start();
    settle()?.reject(reason);
  }

  start();
  return {
    run: (task) =>
      new Promise((resolve, reject) => {
        running = { task, begun: false, elapsedMs: 0, at: undefined, resolve, reject };
        if (!worker) start();
        worker?.ref();
        begin();
      }),
    tick(livedMs) {
      if (!running) return;
      const limitMs = running.begun ? terms.limitMs : START_LIMIT_MS;
      running.elapsedMs += livedMs;
      if (running.elapsedMs > limitMs) lose(new ThreadOverdueError(limitMs, running.at));
    },
    async end() {
      const ended = worker;
      worker = undefined;
      await ended?.terminate();
      settle()?.reject(new ThreadCrashedError(false, undefined));
    },
  };
}
