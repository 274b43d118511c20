import { parentPort } from 'node:worker_threads';
import { serveThread } from '@millrace/threads';
import { checkView } from './check-view.js';
import type { Target, Verdict } from './verdict.js';

/** The views of one request, as JSON. */
export interface CheckTask {
  readonly views: readonly string[];
  readonly target: Target;
}

if (parentPort === null) throw new Error('compile-thread.js is started as a worker thread only');

// The modules that the first view needs are loaded before a request waits for them.
const column = [{ name: 'id', path: 'getResourceKey()' }];
checkView(
  { resource: 'Patient', select: [{ column }] },
  { fhirVersion: 'R4', format: 'parquet', handling: 'strict' },
);

serveThread<CheckTask, readonly Verdict[]>(parentPort, ({ views, target }, at) =>
  views.map((view, index) => {
    at(index);
    return checkView(JSON.parse(view), target);
  }),
);
