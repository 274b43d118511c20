import type { MessagePort } from 'node:worker_threads';
import type { ObjectStore, PartSink, Source } from '@millrace/storage';
import type { Cut } from '@millrace/export';
import type { ScanChecks } from '@millrace/scan';
import { createCompiledViews } from '@millrace/viewdef';
import { RangeStoppedError, evaluateRange } from '../engine/evaluate-range.js';
import { createProgress } from '../engine/evaluation-progress.js';
import { namePaths } from '../engine/name-paths.js';
import { createFilters } from '../engine/open-filters.js';
import { createScans } from '../engine/open-scans.js';
import type { RangeTask } from '../engine/range-task.js';
import { stepFault } from '../engine/step-fault.js';
import { viewFacts } from '../engine/view-facts.js';
import type { ViewsTask } from '../engine/view-facts.js';
import { CONTROLS } from './messages.js';
import type { EngineThreadStart, FromEngine, ToEngine } from './messages.js';

/** What the thread composes for itself: adapters cannot cross threads. */
export interface EngineThreadAdapters {
  /** @throws when no source has the name */
  source(name: string): Source;
  readonly sink: PartSink & Pick<ObjectStore, 'read'>;
  readonly scanChecks: ScanChecks;
}

/**
 * The body of an engine thread: takes one task at a time from the port, evaluates it, and tells its story. A cut
 * waits for the main thread, which alone talks to the job store.
 */
export function serveEngine(
  port: MessagePort,
  start: Pick<EngineThreadStart<unknown>, 'control' | 'progress'>,
  adapters: EngineThreadAdapters,
): void {
  const flag = new Int32Array(start.control);
  const progress = createProgress(start.progress);
  const compile = createCompiledViews(undefined, (number) => progress.path(number));
  const openScan = createScans(adapters.scanChecks);
  const openFilter = createFilters((key) => adapters.sink.read(key));
  let recorded: (() => void) | undefined;
  const say = (message: FromEngine): void => port.postMessage(message);

  async function run(task: RangeTask): Promise<void> {
    try {
      const summary = await evaluateRange(task, {
        source: adapters.source(task.source),
        sink: adapters.sink,
        compile: namePaths(compile, task, (subject, columns) => say({ kind: 'paths', subject, columns })),
        progress,
        openScan,
        openFilter,
        control: () => CONTROLS[Atomics.load(flag, 0)] ?? 'stop',
        now: () => performance.now(),
        onUpload: (key, uploadId) => say({ kind: 'upload', key, uploadId }),
        onCut: (cut: Cut, resources: number) =>
          new Promise((resolve) => {
            recorded = resolve;
            say({ kind: 'cut', cut, resources });
          }),
      });
      say({ kind: 'done', summary });
    } catch (error) {
      if (error instanceof RangeStoppedError) say({ kind: 'stopped' });
      else say({ kind: 'failed', fault: stepFault(error) });
    }
  }

  function describe(task: ViewsTask): void {
    try {
      say({ kind: 'described', facts: viewFacts(task, compile, progress) });
    } catch (error) {
      say({ kind: 'failed', fault: stepFault(error) });
    }
  }

  port.on('message', (message: ToEngine) => {
    switch (message.kind) {
      case 'describe':
        describe(message.task);
        break;
      case 'run':
        void run(message.task);
        break;
      case 'cut-recorded':
        recorded?.();
        break;
      default:
        message satisfies never;
    }
  });
  say({ kind: 'ready' });
}
