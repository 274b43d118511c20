/** Time for everything that waits. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** @throws the reason of the signal when it aborts meanwhile */
  wait(ms: number, signal: AbortSignal | undefined): Promise<void>;
}

/** Browsers have no timers of Node. */
export const SYSTEM_CLOCK: Clock = {
  now: Date.now,
  wait: (ms, signal) =>
    new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const end = (): void => {
        signal?.removeEventListener('abort', abort);
        resolve();
      };
      const abort = (): void => {
        clearTimeout(timer);
        reject(signal?.reason as Error);
      };
      const timer = setTimeout(end, ms);
      signal?.addEventListener('abort', abort, { once: true });
    }),
};
