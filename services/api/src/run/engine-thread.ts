import { parentPort, workerData } from 'node:worker_threads';
import { createIdIndexes, indexedIds } from '@millrace/cohort';
import { describeError } from '@millrace/observability';
import { cohortFault, finalFault, rangeFault, serveEngineThread } from '@millrace/run';
import type { EngineThreadStart } from '@millrace/run';
import { stepBack } from '@millrace/threads';
import { SourceUnavailableError, openSink, openSource } from '@millrace/storage';
import type { SinkConfig, Source, SourceConfig } from '@millrace/storage';

/** The main thread gives this to each engine thread, which opens its sources. */
export interface RunSetup {
  readonly sources: readonly SourceConfig[];
  /** The store, of which a thread reads id indexes alone. */
  readonly store: SinkConfig;
}

/** The modules of the engines, and some room to work in. */
const KEPT_HEAP_MB = 40;
/** Memory of opened id indexes. */
const INDEXES_HELD_BYTES = 8 << 20;

if (parentPort === null) throw new Error('engine-thread.js is started as a worker thread only');

stepBack();
// The main thread starts this module with nothing else.
const start = workerData as EngineThreadStart<RunSetup>;
const opened = new Map<string, Source>();

serveEngineThread(parentPort, start, {
  store: undefined,
  openIds(onDamaged) {
    const store = openSink(start.setup.store);
    const indexes = createIdIndexes({
      store: {
        stat: (key) => store.stat(key),
        stream: (...of) => store.stream(...of),
        // The main thread removes what it hears of.
        remove: () => Promise.resolve(),
      },
      heldBytes: INDEXES_HELD_BYTES,
      onDamaged,
    });
    return (source) => indexedIds(indexes, source);
  },
  scanChecks: 'all',
  keptHeapMb: KEPT_HEAP_MB,
  source(name) {
    const known = opened.get(name);
    if (known) return known;
    const config = start.setup.sources.find((candidate) => candidate.name === name);
    if (!config) throw new SourceUnavailableError(name, 'this server has no source of that name');
    const source = openSource(config, { mayBlock: true });
    opened.set(name, source);
    return source;
  },
  fault: (error) =>
    rangeFault(error) ??
    cohortFault(error) ?? {
      ...finalFault(500, 'exception', 'the run failed because of a fault in the server'),
      cause: describeError(error),
    },
});
