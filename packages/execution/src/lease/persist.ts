import pRetry from 'p-retry';

/**
 * Repeats a write to the job store until it is answered, or the lease that it needs is lost. The store answers a
 * repeat by the same owner with its first result, so a lost answer does no harm.
 */
export async function persist<T>(write: () => Promise<T>, stop: AbortSignal): Promise<T> {
  return pRetry(write, {
    retries: Infinity,
    minTimeout: 50,
    maxTimeout: 1000,
    randomize: true,
    signal: stop,
  });
}
