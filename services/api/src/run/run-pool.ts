import { createEnginePool } from '@millrace/run';
import type { EnginePool, PatientFinder } from '@millrace/run';
import type { IdIndexDamagedError } from '@millrace/cohort';
import type { SinkConfig, SourceConfig } from '@millrace/storage';
import type { ApiConfig } from '../config.js';
import type { RunSetup } from './engine-thread.js';

/** As it is built, from wherever this file is loaded: a thread loads no TypeScript. */
const THREAD = new URL('../../dist/run/engine-thread.js', import.meta.url);
/** How long an engine thread may take to stop by itself. */
const STOP_GRACE_MS = 500;
/** An engine thread may be slower than the one that checked the view. */
const LEAST_VIEW_MS = 60_000;

/**
 * Threads that read the sources and store nothing.
 *
 * @param onIndexDamaged hears of an id index that a thread could not use
 */
export function createRunPool(
  { threads, maxHeapMb, resourceMs }: ApiConfig['run'],
  { sources, store }: { readonly sources: readonly SourceConfig[]; readonly store: SinkConfig },
  onIndexDamaged: (error: IdIndexDamagedError) => void,
): EnginePool & PatientFinder {
  return createEnginePool<RunSetup>(threads, {
    thread: THREAD,
    setup: { sources, store },
    onIndexDamaged,
    sink: { abort: () => Promise.resolve() },
    stopGraceMs: STOP_GRACE_MS,
    maxHeapMb,
    limits: { resourceMs, viewMs: resourceMs === 0 ? 0 : Math.max(resourceMs, LEAST_VIEW_MS) },
  });
}
