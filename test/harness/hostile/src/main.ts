import { untilInterrupted } from '@millrace/harness-kit';
import { runProgram } from './program.js';

process.exitCode = await runProgram(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  anySeed: Math.floor(Math.random() * 1_000_000),
  stop: untilInterrupted(),
});
