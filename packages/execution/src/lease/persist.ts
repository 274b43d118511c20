import { redisOutageReason } from '@millrace/observability';
import pRetry from 'p-retry';

/** About half a minute. */
const REFUSALS = 30;

/**
 * Repeats a write to the job store until it is answered, or the lease that it needs is lost. The store
 * answers a repeat by the same owner with its first result, so a lost answer does no harm. During an outage
 * of Redis, it waits as long as the lease lasts. A refusal for any other reason fails the attempt in the end.
 */
export async function persist<T>(write: () => Promise<T>, stop: AbortSignal): Promise<T> {
  let refusals = 0;
  return pRetry(write, {
    retries: Number.POSITIVE_INFINITY,
    minTimeout: 50,
    maxTimeout: 1000,
    randomize: true,
    signal: stop,
    shouldRetry({ error }) {
      if (redisOutageReason(error) !== undefined) return true;
      refusals += 1;
      return refusals <= REFUSALS;
    },
  });
}
