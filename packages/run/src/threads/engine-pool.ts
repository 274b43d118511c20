import type { IndexBuild, IndexTask } from '@millrace/cohort';
import type { CopyTask, RangeSummary, RangeTask } from '../range/range-task.js';
import type { VersionsTask } from '../versions/versions-task.js';
import { startEngineThread } from './engine-thread.js';
import type { EngineThread, EngineThreadTerms } from './engine-thread.js';
import type { FoundPatients, PatientsTask } from './find-patients.js';
import type { TaskWatch } from './task-watch.js';
import type { ViewFacts, ViewsTask } from './view-facts.js';

/** Persistent engine threads. Each takes one task at a time and owns it from the first byte read to the last written. */
export interface EnginePool extends AsyncDisposable {
  readonly size: number;
  /**
   * Runs a task on an idle thread, in the order of the calls: on the one that was busy last, which is most likely to have
   * the views compiled and the scan open.
   *
   * @throws EngineFaultError; the reason of `stop`; what `onCut` rejected with; EngineCrashedError
   */
  run(task: RangeTask, watch: TaskWatch): Promise<RangeSummary>;
  /** Copies lines, likewise. */
  copy(task: CopyTask, watch: TaskWatch): Promise<RangeSummary>;
  /**
   * Finds superseded lines on an idle thread, likewise. It has no cuts in between.
   *
   * @throws EngineFaultError; the reason of `stop`; EngineCrashedError
   */
  findSuperseded(task: VersionsTask, stop: AbortSignal): Promise<RangeSummary>;
  /**
   * Compiles views, and returns the facts about each. If all threads are busy, it waits for its turn, or it
   * uses a thread of its own at once.
   *
   * @throws EngineFaultError; the reason of `stop`; EngineCrashedError
   */
  describe(task: ViewsTask, stop: AbortSignal, when?: 'at once' | 'in turn'): Promise<readonly ViewFacts[]>;
}

/** Threads that look through sources for runs. */
export interface PatientFinder {
  /**
   * Looks through a source for the patients of a filter, in its turn.
   *
   * @throws EngineFaultError; the reason of `stop`; EngineCrashedError
   */
  findPatients(task: PatientsTask, stop: AbortSignal): Promise<FoundPatients>;
}

/** Threads that index the ids of sources. */
export interface IdIndexer {
  /**
   * Indexes the ids of a file at once: of a small one on an idle thread, else on a thread of its own, because ranges must not
   * wait for the reading of a large one. The thread needs a store.
   *
   * @throws EngineFaultError; the reason of `stop`; EngineCrashedError
   */
  indexIds(task: IndexTask, stop: AbortSignal): Promise<IndexBuild>;
}

/** Threads that need not wait for a task. */
export interface EarlyStart {
  /** Starts the threads of the first tasks before there are any; others start on their first tasks. */
  startEarly(threads: number): void;
}

/** A file of this size is indexed in well under a second. */
const QUICK_BYTES = 16 << 20;

/** @param size number of threads, one for each core that may be used */
export function createEnginePool<Setup>(
  size: number,
  start: EngineThreadTerms<Setup>,
): EnginePool & PatientFinder & IdIndexer & EarlyStart {
  const idle: EngineThread[] = [];
  const waiting: ((engine: EngineThread) => void)[] = [];
  const engines = new Set<EngineThread>();

  function release(engine: EngineThread): void {
    const next = waiting.shift();
    if (next) next(engine);
    else idle.push(engine);
  }

  for (let index = 0; index < size; index += 1) {
    const engine = startEngineThread(start);
    engines.add(engine);
    idle.push(engine);
  }

  async function withEngine<Result>(
    stop: AbortSignal,
    use: (engine: EngineThread) => Promise<Result>,
  ): Promise<Result> {
    const engine = idle.pop() ?? (await new Promise<EngineThread>((resolve) => waiting.push(resolve)));
    try {
      stop.throwIfAborted();
      return await use(engine);
    } finally {
      release(engine);
    }
  }

  async function withExtraEngine<Result>(use: (engine: EngineThread) => Promise<Result>): Promise<Result> {
    const extra = startEngineThread(start);
    engines.add(extra);
    try {
      return await use(extra);
    } finally {
      engines.delete(extra);
      await extra.end();
    }
  }

  return {
    size,
    startEarly(threads) {
      for (const engine of idle.slice(Math.max(0, idle.length - threads))) engine.start();
    },
    run: (task, watch) => withEngine(watch.stop, (engine) => engine.run({ kind: 'run', task }, watch)),
    copy: (task, watch) => withEngine(watch.stop, (engine) => engine.run({ kind: 'copy', task }, watch)),
    findSuperseded: (task, stop) => withEngine(stop, (engine) => engine.findSuperseded(task, stop)),
    findPatients: (task, stop) => withEngine(stop, (engine) => engine.findPatients(task, stop)),
    indexIds: (task, stop) =>
      idle.length > 0 && task.input.bytes <= QUICK_BYTES
        ? withEngine(stop, (engine) => engine.indexIds(task, stop))
        : withExtraEngine((engine) => engine.indexIds(task, stop)),
    async describe(task, stop, when = 'at once') {
      if (idle.length > 0 || when === 'in turn')
        return withEngine(stop, (engine) => engine.describe(task, stop));
      return withExtraEngine((engine) => engine.describe(task, stop));
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([...engines].map((engine) => engine.end()));
    },
  };
}
