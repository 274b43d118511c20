/**
 * Loaded before the main module of every service of a local stack. Its standard input is a pipe from the process
 * that started it: when that process is killed the pipe closes, and nothing is left behind.
 */
process.stdin.once('close', () => process.kill(process.pid, 'SIGTERM'));
process.stdin.resume();
if ('unref' in process.stdin) process.stdin.unref();
