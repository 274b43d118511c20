import { runProgram } from './program.js';
import { createThreadRunner } from './thread-runner.js';

const interrupt = new AbortController();
// Once: a second signal ends the process at once, should a pass not come to its end.
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => interrupt.abort());
process.exitCode = await runProgram(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  now: () => performance.now(),
  interrupt: interrupt.signal,
  startRunner: (task) => createThreadRunner(task),
});
