import { createCompiledViews } from '@millrace/viewdef';
import { evaluateRange } from '../range/evaluate-range.js';
import { createScans } from '../range/open-scans.js';
import type { EnginePool } from './engine-pool.js';
import { createPostingSink } from './posting-sink.js';
import type { EngineThreadAdapters } from './serve-engine-thread.js';
import { EngineFaultError } from './task-watch.js';

/**
 * Evaluates on the thread that calls it, as engine threads do that store no parts: for inputs that are done before a thread
 * has started. Nobody can stop it inside a resource, and limits of time do not hold.
 */
export function createEngineHere({
  source,
  fault,
}: Pick<EngineThreadAdapters, 'source' | 'fault'>): Pick<EnginePool, 'run' | 'size'> {
  const compile = createCompiledViews();
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
