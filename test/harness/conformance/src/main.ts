import { setMaxListeners } from 'node:events';
import { untilInterrupted } from '@millrace/harness-kit';
import { runProgram } from './program.js';

const signal = untilInterrupted();
// Every export that is under way listens to it.
setMaxListeners(0, signal);

process.exitCode = await runProgram(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  redisUrl: process.env.REDIS_URL,
  signal,
});
