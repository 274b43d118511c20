import type { Source } from '@millrace/storage';
import { createCompiledViews } from '@millrace/viewdef';
import { evaluateRange } from '../range/evaluate-range.js';
import { createScans } from '../range/open-scans.js';
import type { EnginePool } from '../threads/engine-pool.js';
import { createPostingSink } from '../threads/posting-sink.js';

/** A pool that evaluates on this thread, as engine threads do that store no parts. */
export function poolHere(from: Source): Pick<EnginePool, 'run'> {
  const compile = createCompiledViews();
  const openScan = createScans();
  return {
    async run(task, watch) {
      watch.stop.throwIfAborted();
      return evaluateRange(task, {
        source: from,
        sink: createPostingSink((key, chunks) => watch.onPart?.(key, chunks)),
        compile,
        openScan,
        control: () => (watch.stop.aborted ? 'stop' : watch.finishAtCut.aborted ? 'cut' : 'run'),
        onUpload: () => undefined,
        onCut: (cut) => watch.onCut(cut),
        now: () => 0,
      });
    },
  };
}
