import pRetry from 'p-retry';

/** About half a minute; a Redis that is away for longer costs the lease first. */
const RETRIES = 30;

/**
 * Repeats a write to the job store until it is answered, or the lease that it needs is lost. The store answers a
 * repeat by the same owner with its first result, so a lost answer does no harm. What is still refused after that is no
 * outage, and fails the attempt.
 */
export async function persist<T>(write: () => Promise<T>, stop: AbortSignal): Promise<T> {
  return pRetry(write, { retries: RETRIES, minTimeout: 50, maxTimeout: 1000, randomize: true, signal: stop });
}
