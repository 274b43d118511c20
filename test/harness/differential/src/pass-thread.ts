import { parentPort, workerData } from 'node:worker_threads';
import { runPass } from './run-pass.js';
import type { ThreadTask } from './thread-message.js';

// The task comes from `createThreadRunner`; the number of each pass follows as a message.
const task = workerData as ThreadTask;
parentPort?.on('message', (pass: number) => parentPort?.postMessage(runPass({ ...task, pass })));
