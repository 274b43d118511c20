import { parentPort } from 'node:worker_threads';
import { createScans } from '@millrace/run';
import type { Format } from '@millrace/formats';
import { createCompiledViews } from '@millrace/viewdef';
import { BenchmarkError } from '../errors.js';
import { passPlainly } from './plain-pass.js';
import type { PlainFile, PlainRange } from './plain-pass.js';

/** The requests to a thread, one at a time. */
export interface PlainRequest {
  readonly range: PlainRange;
  readonly views: readonly Readonly<Record<string, unknown>>[];
  readonly format: Format;
}

/** The answer of the thread. */
export type PlainAnswer = { readonly files: readonly PlainFile[] } | { readonly failure: string };

if (parentPort === null) throw new Error('plain-thread.js is started as a worker thread only');
const port = parentPort;
const compile = createCompiledViews();
const openScan = createScans();

port.on('message', ({ range, views, format }: PlainRequest) => {
  let answer: PlainAnswer;
  try {
    const compiled = views.map((view) => compile(view, { engine: 'auto', fhirVersion: 'R4' }));
    const { scan, declines } = openScan(compiled, format);
    if (scan === undefined || declines.length > 0)
      throw new BenchmarkError('the scan does not take all views; there is nothing to compare with');
    answer = { files: passPlainly(range, { scan, views: compiled, format }) };
  } catch (error) {
    answer = { failure: error instanceof Error ? error.message : String(error) };
  }
  port.postMessage(answer);
});
