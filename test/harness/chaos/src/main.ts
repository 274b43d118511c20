import { runProgram } from './program.js';

const stop = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.on(name, () => {
    // The first asks for the end of the round, the second insists.
    if (stop.signal.aborted) process.exit(130);
    stop.abort();
    process.stderr.write('the run ends after this round\n');
  });
}

process.exitCode = await runProgram(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  anySeed: Math.floor(Math.random() * 1_000_000),
  stop: stop.signal,
});
