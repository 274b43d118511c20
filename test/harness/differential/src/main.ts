import { untilInterrupted } from '@millrace/harness-kit';
import { runProgram } from './program.js';
import { createThreadRunner } from './thread-runner.js';

process.exitCode = await runProgram(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  now: () => performance.now(),
  // The second signal ends the process, should a pass not come to its end.
  interrupt: untilInterrupted(),
  startRunner: (task) => createThreadRunner(task),
});
