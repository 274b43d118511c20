import { createEnginePool } from '@millrace/run';
import type { CopyTask, EnginePool, RangeFilter, RangeTask } from '@millrace/run';
import type { Format } from '@millrace/formats';
import type { BundledView } from '@millrace/samples';
import { openSink, openSource } from '@millrace/storage';
import type { SourceConfig } from '@millrace/storage';
import { ENGINE_THREAD_MAIN } from '../workspace.js';
import { copyTasks, rangeTasks } from './range-tasks.js';

/** The tasks of `rangeTasks` over a source that is still to be opened. */
export function tasksOver(
  config: SourceConfig,
  views: readonly BundledView[],
  format: Format,
  shardBytes?: number,
): Promise<RangeTask[]> {
  return rangeTasks(openSource(config), views, format, shardBytes);
}

/** The tasks of `copyTasks` over a source that is still to be opened. */
export function copiesOver(
  config: SourceConfig,
  resourceTypes: readonly string[],
  filter: RangeFilter,
): Promise<CopyTask[]> {
  return copyTasks(openSource(config), resourceTypes, filter);
}

/** The engine threads of a worker, without a worker: nobody is asked before a cut, and nobody told. */
export function startEnginePool(count: number, sources: readonly SourceConfig[], output: string): EnginePool {
  const sink = { kind: 'file', root: output } as const;
  return createEnginePool(count, {
    thread: ENGINE_THREAD_MAIN,
    setup: { sources, sink, scanChecks: 'all' },
    sink: openSink(sink),
    stopGraceMs: 1_000,
    maxHeapMb: 512,
    limits: { resourceMs: 10_000, viewMs: 60_000 },
  });
}
