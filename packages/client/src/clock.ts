import { setTimeout as delay } from 'node:timers/promises';

/** Time for everything that waits. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** @throws the reason of the signal when it aborts meanwhile */
  wait(ms: number, signal: AbortSignal | undefined): Promise<void>;
}

export const SYSTEM_CLOCK: Clock = {
  now: Date.now,
  wait: async (ms, signal) => {
    await delay(ms, undefined, { signal });
  },
};
