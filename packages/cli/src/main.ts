import { setMaxListeners } from 'node:events';
import { InterruptedError } from './errors.js';
import { runProgram } from './program.js';

const interrupt = new AbortController();
// Everything that is under way listens to it, and that may be a lot.
setMaxListeners(0, interrupt.signal);
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(name, () => {
    // The first asks for an orderly end, the second insists.
    if (interrupt.signal.aborted) process.exit(130);
    interrupt.abort(new InterruptedError());
  });
}
// Nobody reads what is said: the work goes on.
process.stderr.on('error', () => undefined);

/** Standard output, which Node opens when it is asked for: opening it takes some milliseconds, and files have no need of it. */
function openOut(): NodeJS.WriteStream {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // A reader such as `head` that has seen enough is not a fault.
    if (error.code === 'EPIPE') process.exit(0);
    process.stderr.write(`error: standard output cannot be written: ${error.message}\n`);
    process.exit(1);
  });
  return process.stdout;
}

let out: NodeJS.WriteStream | undefined;
// A bundle of this module can be a script, which cannot wait.
void runProgram(process.argv.slice(2), {
  get out() {
    out ??= openOut();
    return out;
  },
  get err() {
    return process.stderr;
  },
  env: process.env,
  now: Date.now,
  signal: interrupt.signal,
}).then((code) => (process.exitCode = code));
