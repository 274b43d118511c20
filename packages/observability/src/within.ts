import { setTimeout as delay } from 'node:timers/promises';

/**
 * The result of `work`; the work itself goes on when that takes longer.
 *
 * @throws Error named `TimeoutError`
 */
export async function within<Result>(ms: number, work: Promise<Result>): Promise<Result> {
  const timer = new AbortController();
  const late = delay(ms, undefined, { signal: timer.signal, ref: false }).then(
    () => Promise.reject(new DOMException(`no answer within ${ms} ms`, 'TimeoutError')),
    () => new Promise<never>(() => undefined),
  );
  try {
    return await Promise.race([work, late]);
  } finally {
    timer.abort();
  }
}
