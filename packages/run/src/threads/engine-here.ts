import { createCompiledViews } from '@millrace/viewdef';
import type { CompileView } from '@millrace/viewdef';
import { evaluateRange } from '../range/evaluate-range.js';
import { createScans } from '../range/open-scans.js';
import type { EnginePool } from './engine-pool.js';
import { createPostingSink } from './posting-sink.js';
import type { EngineThreadAdapters } from './serve-engine-thread.js';
import { EngineFaultError } from './task-watch.js';

/**
 * Evaluates on the thread that calls it, as engine threads do that store no parts: it has begun before a thread has started.
 * Nobody can stop it inside a resource, and limits of time do not hold. Other work of the thread waits for as long as the
 * source gives bytes without waiting for them.
 *
 * @param compile for views that are compiled already
 */
export function createEngineHere(
  { source, fault }: Pick<EngineThreadAdapters, 'source' | 'fault'>,
  compile: CompileView = createCompiledViews(),
): Pick<EnginePool, 'run' | 'size'> {
  const openScan = createScans();
  return {
    size: 1,
    async run(task, watch) {
      watch.stop.throwIfAborted();
      try {
        return await evaluateRange(task, {
          source: source(task.source),
          sink: createPostingSink((key, chunks) => watch.onPart?.(key, chunks)),
          compile,
          openScan,
          control: () => (watch.stop.aborted ? 'stop' : watch.finishAtCut.aborted ? 'cut' : 'run'),
          onUpload: () => undefined,
          onCut: (cut) => watch.onCut(cut),
          now: () => performance.now(),
        });
      } catch (error) {
        throw watch.stop.aborted ? watch.stop.reason : new EngineFaultError(fault(error));
      }
    },
  };
}
