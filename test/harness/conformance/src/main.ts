import { setMaxListeners } from 'node:events';
import { runProgram } from './program.js';

const interrupt = new AbortController();
// Every export that is under way listens to it.
setMaxListeners(0, interrupt.signal);
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.on(name, () => {
    // The first asks for an orderly end, the second insists.
    if (interrupt.signal.aborted) process.exit(130);
    interrupt.abort(new Error('interrupted'));
  });
}

process.exitCode = await runProgram(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  redisUrl: process.env.REDIS_URL,
  signal: interrupt.signal,
});
