import { parentPort, workerData } from 'node:worker_threads';
import { serveEngineThread } from '@millrace/run';
import type { EngineThreadStart } from '@millrace/run';
import { engineAdapters } from './compose.js';
import type { ThreadSetup } from './compose.js';

if (parentPort === null) throw new Error('engine-thread.js is started as a worker thread only');

// The main thread starts this module with nothing else.
const start = workerData as EngineThreadStart<ThreadSetup>;

serveEngineThread(parentPort, start, {
  ...engineAdapters(start.setup.places, true),
  store: undefined,
  scanChecks: 'all',
});
