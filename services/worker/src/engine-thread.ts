import { parentPort, workerData } from 'node:worker_threads';
import { stepFault } from '@millrace/execution';
import { serveEngineThread } from '@millrace/run';
import type { EngineThreadStart, ScanChecks } from '@millrace/run';
import { SourceUnavailableError, openSink, openSource } from '@millrace/storage';
import type { SinkConfig, Source, SourceConfig } from '@millrace/storage';

/** The main thread gives this to each engine thread, which composes its adapters from it. */
export interface EngineSetup {
  readonly sources: readonly SourceConfig[];
  readonly sink: SinkConfig;
  readonly scanChecks: ScanChecks;
}

if (parentPort === null) throw new Error('engine-thread.js is started as a worker thread only');

// The main thread starts this module with nothing else.
const start = workerData as EngineThreadStart<EngineSetup>;
const { setup } = start;
const opened = new Map<string, Source>();

serveEngineThread(parentPort, start, {
  store: openSink(setup.sink),
  scanChecks: setup.scanChecks,
  fault: stepFault,
  source(name) {
    const known = opened.get(name);
    if (known) return known;
    const config = setup.sources.find((candidate) => candidate.name === name);
    if (!config) throw new SourceUnavailableError(name, 'this worker has no source of that name');
    const source = openSource(config, { mayBlock: true });
    opened.set(name, source);
    return source;
  },
});
