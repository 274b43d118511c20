import { runBenchmarks } from './program.js';

process.exitCode = await runBenchmarks(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
});
