import { parentPort, workerData } from 'node:worker_threads';
import { runView } from './run-view.js';
import type { ThreadTask } from './thread-message.js';

// What the process that started this thread hands over.
const { from, to, step, ...task } = workerData as ThreadTask;
for (let view = from; view < to; view += step) parentPort?.postMessage(runView({ ...task, view }));
