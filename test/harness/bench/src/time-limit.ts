import { BenchmarkError } from './errors.js';

/** A signal that is aborted with `stop`, and with a BenchmarkError after this many seconds. */
export function timeLimit(limitSeconds: number, stop: AbortSignal): AbortSignal {
  const limit = new AbortController();
  const timer = setTimeout(() => {
    limit.abort(new BenchmarkError(`not done after ${limitSeconds} seconds; --limit allows more`));
  }, limitSeconds * 1000);
  timer.unref();
  return AbortSignal.any([limit.signal, stop]);
}
