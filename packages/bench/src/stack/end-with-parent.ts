import { isMainThread } from 'node:worker_threads';

/**
 * Loaded before the main module of every service that is measured. Its standard input is a pipe from the process
 * that started it: when that process is killed the pipe closes, and nothing is left behind.
 */
if (isMainThread) {
  process.stdin.once('close', () => process.kill(process.pid, 'SIGKILL'));
  process.stdin.resume();
  // Waiting for the end of the pipe is no reason to go on.
  if ('unref' in process.stdin) process.stdin.unref();
}
