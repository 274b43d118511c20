import { parentPort, workerData } from 'node:worker_threads';
import { runPass } from './run-pass.js';
import type { ThreadTask } from './thread-message.js';

// What the process that started this thread hands over.
const { from, to, step, ...task } = workerData as ThreadTask;
for (let pass = from; pass < to; pass += step) parentPort?.postMessage(runPass({ ...task, pass }));
