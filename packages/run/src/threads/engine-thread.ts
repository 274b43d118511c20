import { IdIndexDamagedError } from '@millrace/cohort';
import type { IndexBuild, IndexTask } from '@millrace/cohort';
import type { Cut } from '@millrace/export';
import type { PartSink } from '@millrace/storage';
import { everyTick, isOutOfMemory } from '@millrace/threads';
import { watchProgress } from '../range/evaluation-progress.js';
import type { EvaluationLimits, Place } from '../range/evaluation-progress.js';
import type { RangeSummary, Span } from '../range/range-task.js';
import type { VersionsTask } from '../versions/versions-task.js';
import { afterSlowLines } from './after-slow-lines.js';
import type { Reached } from './after-slow-lines.js';
import type { FoundPatients, PatientsTask } from './find-patients.js';
import { memoryFault, overdueFault } from './overdue-fault.js';
import type { PathColumns, PlaceContext } from './overdue-fault.js';
import { EngineCrashedError, EngineFaultError } from './task-watch.js';
import type { TaskWatch } from './task-watch.js';
import { beginThreadLife } from './thread-life.js';
import type { ThreadLife } from './thread-life.js';
import type {
  FromEngineThread,
  RangeRequest,
  ThreadAnswer,
  ThreadRequest,
  ToEngineThread,
} from './thread-messages.js';
import type { ViewFacts, ViewsTask } from './view-facts.js';

export interface EngineThreadTerms<Setup> {
  /** Module that calls `serveEngineThread`. */
  readonly thread: URL;
  /** Structured-cloneable; the thread composes its adapters from it. */
  readonly setup: Setup;
  /** Aborts the uploads of a thread that had to be terminated. */
  readonly sink: Pick<PartSink, 'abort'>;
  /** How long a thread may take to stop by itself before it is terminated. */
  readonly stopGraceMs: number;
  /** Heap of one thread, beyond which the thread ends and its task fails. Undefined: as much as V8 gives it. */
  readonly maxHeapMb: number | undefined;
  readonly limits: EvaluationLimits;
  /** Hears of an id index that a thread could not use. */
  readonly onIndexDamaged?: (error: IdIndexDamagedError) => void;
}

export interface EngineThread {
  /** Starts it before its first task. */
  start(): void;
  run(request: RangeRequest, watch: TaskWatch): Promise<RangeSummary>;
  findSuperseded(task: VersionsTask, stop: AbortSignal): Promise<RangeSummary>;
  describe(task: ViewsTask, stop: AbortSignal): Promise<readonly ViewFacts[]>;
  findPatients(task: PatientsTask, stop: AbortSignal): Promise<FoundPatients>;
  indexIds(task: IndexTask, stop: AbortSignal): Promise<IndexBuild>;
  end(): Promise<void>;
}

/** Time in which a thread waits for a processor counts for a third, so that an evaluation without end has one. */
const WAITED_COUNTS = 3;

/** The scan was at these lines for too long; which of them is too costly is unknown. */
class SlowLines extends Error {
  readonly lines: Span;

  constructor(lines: Span) {
    super('the scan takes too long');
    this.lines = lines;
  }
}

/** One engine thread, started on its first task if not before, and again after it crashed or had to be given up. */
export function startEngineThread<Setup>(start: EngineThreadTerms<Setup>): EngineThread {
  let current: ThreadLife | undefined;

  function thread(): ThreadLife {
    if (current) return current;
    const started = beginThreadLife(start, () => {
      if (current === started) current = undefined;
    });
    current = started;
    return started;
  }

  async function run(request: RangeRequest, watch: TaskWatch): Promise<RangeSummary> {
    const before = { resources: 0, rows: 0 };
    for (let rest = request; ;) {
      const reached: Reached = { cut: undefined, resources: 0, rows: 0 };
      try {
        const answer = await ask(rest, watch, reached);
        if (answer.kind !== 'done') throw unexpected(answer);
        const { summary } = answer;
        const { resources, rows } = summary;
        return { ...summary, resources: before.resources + resources, rows: before.rows + rows };
      } catch (error) {
        if (!(error instanceof SlowLines)) throw error;
        watch.stop.throwIfAborted();
        rest = afterSlowLines(rest, reached, error.lines);
        before.resources += reached.resources;
        before.rows += reached.rows;
      }
    }
  }

  async function describe(task: ViewsTask, stop: AbortSignal): Promise<readonly ViewFacts[]> {
    const answer = await askWithoutRows({ kind: 'describe', task }, stop);
    if (answer.kind !== 'described') throw unexpected(answer);
    return answer.facts;
  }

  async function findSuperseded(task: VersionsTask, stop: AbortSignal): Promise<RangeSummary> {
    const answer = await askWithoutRows({ kind: 'versions', task }, stop);
    if (answer.kind !== 'done') throw unexpected(answer);
    return answer.summary;
  }

  async function findPatients(task: PatientsTask, stop: AbortSignal): Promise<FoundPatients> {
    const answer = await askWithoutRows({ kind: 'find-patients', task }, stop);
    if (answer.kind !== 'patients-found') throw unexpected(answer);
    return answer.found;
  }

  async function indexIds(task: IndexTask, stop: AbortSignal): Promise<IndexBuild> {
    const answer = await askWithoutRows({ kind: 'index-ids', task }, stop);
    if (answer.kind !== 'ids-indexed') throw unexpected(answer);
    return answer.build;
  }

  function askWithoutRows(request: ThreadRequest, stop: AbortSignal): Promise<ThreadAnswer> {
    const watch = {
      stop,
      finishAtCut: NEVER,
      onCut: () => Promise.reject(new Error('nothing is evaluated')),
    };
    return ask(request, watch, { cut: undefined, resources: 0, rows: 0 });
  }

  async function ask(request: ThreadRequest, watch: TaskWatch, reached: Reached): Promise<ThreadAnswer> {
    const task = placesOf(request);
    const target = thread();
    target.steer('run');
    const { worker } = target;
    const uploads = new Map<string, string>();
    const columns = new Map<number, PathColumns>();
    let refused: { readonly reason: unknown } | undefined;
    let grace: NodeJS.Timeout | undefined;
    let begun = false;
    let resolve: (answer: ThreadAnswer) => void = () => undefined;
    let reject: (reason: unknown) => void = () => undefined;
    const outcome = new Promise<ThreadAnswer>((onDone, onFailed) => {
      resolve = onDone;
      reject = onFailed;
    });

    function fail(reason: unknown): void {
      if (refused) reject(refused.reason);
      else reject(watch.stop.aborted ? watch.stop.reason : reason);
    }
    function begin(): void {
      begun = true;
      say(request);
    }
    function stop(): void {
      target.steer('stop');
      // A thread that still starts does not look at the flag, but knows nothing of the task: the next one may have it.
      if (!begun) return fail(watch.stop.reason);
      // A thread that waits for a cut, or that spins inside one line, does not look at the flag.
      grace ??= setTimeout(() => void worker.terminate(), start.stopGraceMs);
    }
    /** The thread does not answer: it is left to its end, and the next task has another one. */
    function giveUp(overdue: Place): void {
      if (current === target) current = undefined;
      void worker.terminate();
      if (overdue.kind === 'lines') return fail(new SlowLines(overdue));
      const limitMs = overdue.kind === 'view' ? start.limits.viewMs : start.limits.resourceMs;
      fail(new EngineFaultError(overdueFault(overdue, { task, columns }, limitMs)));
    }
    function finishAtCut(): void {
      if (!watch.stop.aborted && !refused) target.steer('cut');
    }
    function say(message: ToEngineThread): void {
      worker.postMessage(message);
    }
    function takePart(key: string, chunks: readonly Uint8Array[]): void {
      if (watch.onPart) return watch.onPart(key, chunks);
      refused = { reason: new Error(`part ${key} of a thread that stores none was not asked for`) };
      stop();
    }
    async function recordCut(cut: Cut, resources: number): Promise<void> {
      try {
        await watch.onCut(cut);
        reached.cut = cut;
        reached.resources = resources;
        for (const part of cut.parts) {
          uploads.delete(part.key);
          reached.rows += part.rows;
        }
      } catch (reason) {
        // The engine goes on until it looks at the flag again; nobody will ever list the parts that it stores
        // until then.
        refused = { reason };
        stop();
      }
      say({ kind: 'cut-recorded' });
    }
    function onMessage(message: FromEngineThread): void {
      switch (message.kind) {
        case 'ready':
          begin();
          break;
        case 'upload':
          uploads.set(message.key, message.uploadId);
          break;
        case 'paths':
          columns.set(message.subject, message.columns);
          break;
        case 'part':
          takePart(message.key, message.chunks);
          break;
        case 'cut':
          void recordCut(message.cut, message.resources);
          break;
        case 'index-damaged':
          start.onIndexDamaged?.(new IdIndexDamagedError(message.key, message.reason));
          break;
        case 'done':
        case 'described':
        case 'patients-found':
        case 'ids-indexed':
          if (refused) reject(refused.reason);
          else resolve(message);
          break;
        case 'stopped':
          fail(new EngineCrashedError('the engine thread stopped without being told to'));
          break;
        case 'failed':
          fail(new EngineFaultError(message.fault));
          break;
        default:
          message satisfies never;
      }
    }
    function onExit(code: number): void {
      const place = evaluation.current();
      if (isOutOfMemory(target.crash) && place !== undefined) {
        return fail(new EngineFaultError(memoryFault(place, { task, columns }, start.maxHeapMb)));
      }
      const text = `the engine thread ended with code ${code} in the middle of a task`;
      fail(new EngineCrashedError(text, { cause: target.crash }));
    }

    const evaluation = watchProgress(target.progress, start.limits);
    worker.on('message', onMessage);
    worker.on('exit', onExit);
    watch.stop.addEventListener('abort', stop);
    watch.finishAtCut.addEventListener('abort', finishAtCut);
    if (watch.finishAtCut.aborted) finishAtCut();
    const ticks = everyTick((livedMs, workedMs) => {
      const overdue = begun ? evaluation.look(Math.max(workedMs, livedMs / WAITED_COUNTS)) : undefined;
      if (overdue) giveUp(overdue);
    });
    try {
      if (target.isReady) begin();
      return await outcome;
    } catch (error) {
      await Promise.allSettled([...uploads].map(([key, id]) => start.sink.abort(key, id)));
      throw error;
    } finally {
      clearTimeout(grace);
      ticks.end();
      worker.off('message', onMessage);
      worker.off('exit', onExit);
      watch.stop.removeEventListener('abort', stop);
      watch.finishAtCut.removeEventListener('abort', finishAtCut);
    }
  }

  return {
    start: () => void thread(),
    run,
    findSuperseded,
    describe,
    findPatients,
    indexIds,
    async end() {
      await current?.worker.terminate();
    },
  };
}

const NEVER = new AbortController().signal;

/** The views and the input that a request is about, for the text of a fault. */
function placesOf(request: ThreadRequest): PlaceContext['task'] {
  switch (request.kind) {
    case 'run':
    case 'describe':
      return request.task;
    case 'copy':
    case 'index-ids':
      return { views: [], input: request.task.input };
    case 'versions':
    case 'find-patients':
      return { views: [] };
    default:
      return request satisfies never;
  }
}

function unexpected({ kind }: ThreadAnswer): Error {
  return new Error(`an engine thread answered ${kind} to another request`);
}
