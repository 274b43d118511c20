import { untilInterrupted } from '@millrace/harness-kit';
import { runBenchmarks } from './program.js';

process.exitCode = await runBenchmarks(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  stop: untilInterrupted(),
  peers: process.env.MILLRACE_PEERS,
});
