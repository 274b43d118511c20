import { parentPort, workerData } from 'node:worker_threads';
import { createProgress, createScans, evaluateRange, namePaths } from '@millrace/run';
import type { Cut } from '@millrace/export';
import { createCompiledViews } from '@millrace/viewdef';
import { createChunkSink } from './chunk-sink.js';
import { openPlace } from './compose.js';
import type { FromEngineThread, ThreadStart, ToEngineThread } from './engine-messages.js';

const port = parentPort;
if (port === null) throw new Error('this module is the body of a thread; it cannot be run by itself');

const sink = createChunkSink();
// The main thread starts this module with nothing else.
const progress = createProgress((workerData as ThreadStart).progress);
const compile = createCompiledViews(undefined, (number) => progress.path(number));
const openScan = createScans();
let written: () => void = () => undefined;

port.on('message', (message: ToEngineThread) => {
  if (message.kind === 'written') written();
  else void evaluate(message);
});

async function evaluate({ task, place }: Extract<ToEngineThread, { kind: 'evaluate' }>): Promise<void> {
  try {
    const summary = await evaluateRange(task, {
      source: openPlace(place, true),
      sink,
      compile: namePaths(compile, task, (subject, columns) => say({ kind: 'paths', subject, columns })),
      progress,
      openScan,
      control: () => 'run',
      now: () => performance.now(),
      onUpload: () => undefined,
      onCut: record,
    });
    if (summary.last) await record(summary.last, summary.resources);
    say({ kind: 'done', summary });
  } catch (error) {
    say({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
  }
}

/** Hands the parts of a cut over, and waits until they are written. */
function record(cut: Cut, resources: number): Promise<void> {
  const parts = cut.parts.map(({ subject, rows, key }) => ({ subject, rows, chunks: sink.take(key) }));
  const buffers = parts.flatMap(({ chunks }) => chunks.map(({ buffer }) => buffer as ArrayBuffer));
  return new Promise((resolve) => {
    written = resolve;
    say({ kind: 'cut', cut, parts, resources }, buffers);
  });
}

function say(message: FromEngineThread, moved: ArrayBuffer[] = []): void {
  port?.postMessage(message, moved);
}
