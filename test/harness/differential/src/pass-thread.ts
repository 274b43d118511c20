import { parentPort, workerData } from 'node:worker_threads';
import { runPass } from './run-pass.js';
import type { ThreadTask } from './thread-message.js';

// What `createThreadRunner` hands over, and later the number of each pass.
const task = workerData as ThreadTask;
parentPort?.on('message', (pass: number) => parentPort?.postMessage(runPass({ ...task, pass })));
