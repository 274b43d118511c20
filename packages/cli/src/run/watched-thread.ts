import { Worker } from 'node:worker_threads';
import { PROGRESS_BYTES, afterSlowLines, overdueFault, watchProgress } from '@millrace/run';
import type { EvaluationLimits, PathColumns, Place, RangeSummary } from '@millrace/run';
import { sumTallies } from '@millrace/export';
import type { Cut, Tally } from '@millrace/export';
import { everyTick } from '@millrace/threads';
import { CommandFailedError } from '../errors.js';
import type { EncodedPart, FromEngineThread, ThreadStart, ToEngineThread } from './engine-messages.js';
import type { PlacedTask } from './placed-task.js';

/** The report of a range at its end; the tally is that of all its cuts. */
export type FinishedRange = RangeSummary & { readonly tally: Tally };

export interface ThreadListener {
  /** The thread waits with its next cut until `written` was called. */
  onCut(parts: readonly EncodedPart[], written: () => void): void;
  /** The task is done; the next one may be given. */
  onDone(summary: FinishedRange): void;
  onFailed(error: unknown): void;
}

export interface WatchedThread {
  /** Gives it a task, after the end of the one before. */
  evaluate(placed: PlacedTask): void;
  end(): Promise<void>;
}

interface Evaluation {
  readonly placed: PlacedTask;
  cut: Cut | undefined;
  resources: number;
  readonly before: number;
  readonly tallies: Tally[];
}

/**
 * An engine thread whose evaluation is watched. When the scan takes too long for some lines, another thread takes its
 * place, and evaluates them one by one.
 */
export function startWatchedThread(limits: EvaluationLimits, listener: ThreadListener): WatchedThread {
  let current: Evaluation | undefined;
  let columns = new Map<number, PathColumns>();
  let life = begin();

  function begin() {
    const workerData: ThreadStart = { progress: new SharedArrayBuffer(PROGRESS_BYTES) };
    const worker = new Worker(new URL('engine-thread.js', import.meta.url), { workerData });
    const watch = watchProgress(workerData.progress, limits);
    const isCurrent = (): boolean => life.worker === worker;
    worker.on('message', (message: FromEngineThread) => {
      if (isCurrent()) hear(message);
    });
    worker.on('error', (error) => isCurrent() && listener.onFailed(error));
    worker.on('exit', (code) => {
      if (isCurrent() && current) {
        listener.onFailed(
          new CommandFailedError(`an engine thread ended with code ${code} in the middle of its work`),
        );
      }
    });
    return { worker, watch };
  }

  function say(message: ToEngineThread): void {
    life.worker.postMessage(message);
  }

  function hear(message: FromEngineThread): void {
    switch (message.kind) {
      case 'paths':
        columns.set(message.subject, message.columns);
        break;
      case 'cut':
        if (current) {
          Object.assign(current, { cut: message.cut, resources: message.resources });
          current.tallies.push(message.cut.tally);
        }
        listener.onCut(message.parts, () => say({ kind: 'written' }));
        break;
      case 'done': {
        const { summary } = message;
        const resources = (current?.before ?? 0) + summary.resources;
        const tally = sumTallies(current?.tallies ?? []);
        current = undefined;
        listener.onDone({ ...summary, resources, tally });
        break;
      }
      case 'failed':
        listener.onFailed(new CommandFailedError(message.message));
        break;
      default:
        message satisfies never;
    }
  }

  function give(placed: PlacedTask, before: number, tallies: Tally[] = []): void {
    current = { placed, cut: undefined, resources: 0, before, tallies };
    columns = new Map();
    say({ kind: 'evaluate', ...placed });
  }

  function giveUp(place: Place): void {
    if (!current) return;
    void life.worker.terminate();
    const { placed, cut, resources, before, tallies } = current;
    if (place.kind === 'lines') {
      life = begin();
      give({ ...placed, task: afterSlowLines(placed.task, { cut }, place) }, before + resources, tallies);
      return;
    }
    const limitMs = place.kind === 'view' ? limits.viewMs : limits.resourceMs;
    const { failure } = overdueFault(place, { task: placed.task, columns }, limitMs);
    listener.onFailed(new CommandFailedError(failure.diagnostics));
  }

  const ticks = everyTick((livedMs) => {
    const place = life.watch.look(livedMs);
    if (place) giveUp(place);
  });
  return {
    evaluate: (placed) => give(placed, 0),
    async end() {
      ticks.end();
      current = undefined;
      await life.worker.terminate();
    },
  };
}
