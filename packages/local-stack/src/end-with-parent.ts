import { isMainThread } from 'node:worker_threads';

/**
 * Loaded before the main module of every service. Its standard input is a pipe from the process that started it: when
 * that process is killed the pipe closes, and nothing is left behind. The signal is named in the query of this
 * module's address.
 */
if (isMainThread) {
  const signal = new URL(import.meta.url).searchParams.get('signal') ?? 'SIGTERM';
  process.stdin.once('close', () => process.kill(process.pid, signal));
  process.stdin.resume();
  // Waiting for the end of the pipe is no reason to go on.
  if ('unref' in process.stdin) process.stdin.unref();
}
