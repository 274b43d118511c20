import { parentPort, workerData } from 'node:worker_threads';
import { finalFault, rangeFault, serveEngineThread } from '@millrace/run';
import type { EngineThreadStart } from '@millrace/run';
import { SourceUnavailableError } from '@millrace/storage';
import { reasonOf } from '../errors.js';
import { openPlace } from './compose.js';
import type { ThreadSetup } from './compose.js';

if (parentPort === null) throw new Error('engine-thread.js is started as a worker thread only');

// The main thread starts this module with nothing else.
const start = workerData as EngineThreadStart<ThreadSetup>;
const places = new Map(start.setup.places.map((place) => [openPlace(place).name, place]));

serveEngineThread(parentPort, start, {
  store: undefined,
  scanChecks: 'all',
  source(name) {
    const place = places.get(name);
    if (!place) throw new SourceUnavailableError(name, 'this command has no input of that name');
    return openPlace(place, true);
  },
  // The user of the command owns the data and may see the whole error.
  fault: (error) => rangeFault(error) ?? finalFault(500, 'exception', reasonOf(error)),
});
