import { createEnginePool } from '@millrace/run';
import type { EnginePool, PatientFinder } from '@millrace/run';
import type { BackgroundWork } from '@millrace/lifecycle';
import type { Events } from '@millrace/observability';
import type { ObjectStore, SinkConfig, SourceConfig } from '@millrace/storage';
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
 * @param ports remove an id index that a thread could not use, so that it is built again
 */
export function createRunPool(
  { threads, maxHeapMb, resourceMs }: ApiConfig['run'],
  { sources, store }: { readonly sources: readonly SourceConfig[]; readonly store: SinkConfig },
  ports: {
    readonly store: Pick<ObjectStore, 'remove'>;
    readonly events: Pick<Events, 'idIndexDamaged'>;
    readonly background: Pick<BackgroundWork, 'run'>;
  },
): EnginePool & PatientFinder {
  return createEnginePool<RunSetup>(threads, {
    thread: THREAD,
    setup: { sources, store },
    onIndexDamaged(err) {
      ports.events.idIndexDamaged({ err });
      void ports.background.run(() => ports.store.remove([err.key]));
    },
    sink: { abort: () => Promise.resolve() },
    stopGraceMs: STOP_GRACE_MS,
    maxHeapMb,
    limits: { resourceMs, viewMs: resourceMs === 0 ? 0 : Math.max(resourceMs, LEAST_VIEW_MS) },
  });
}
