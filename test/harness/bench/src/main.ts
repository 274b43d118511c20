import { runBenchmarks } from './program.js';

const stop = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.on(name, () => {
    // The first ends the benchmark in order, the second insists; children end with us.
    if (stop.signal.aborted) process.exit(130);
    stop.abort(new Error(`ended by ${name}`));
  });
}

process.exitCode = await runBenchmarks(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  stop: stop.signal,
  peers: process.env.MILLRACE_PEERS,
});
