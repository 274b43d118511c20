import { parentPort } from 'node:worker_threads';
import { doBareWork } from './bare-work.js';
import type { BareWork } from './bare-work.js';

if (parentPort === null) throw new Error('bare-thread.js is started as a worker thread only');
const port = parentPort;

port.on('message', (work: BareWork) => {
  doBareWork(work);
  port.postMessage('done');
});
