import { parentPort } from 'node:worker_threads';
import { doBareWork } from './bare-work.js';
import type { BareWork } from './bare-work.js';

/** The answer of the thread. */
export type BareAnswer = { readonly failure: string | undefined };

if (parentPort === null) throw new Error('bare-thread.js is started as a worker thread only');
const port = parentPort;

port.on('message', (work: BareWork) => {
  let failure: string | undefined;
  try {
    doBareWork(work);
  } catch (error) {
    failure = error instanceof Error ? error.message : String(error);
  }
  const answer: BareAnswer = { failure };
  port.postMessage(answer);
});
