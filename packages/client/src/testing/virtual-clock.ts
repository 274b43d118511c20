import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../clock.js';

/** A clock whose waits take no time: they only move it on. */
export interface VirtualClock extends Clock {
  /** Every wait so far, in milliseconds. */
  readonly waits: readonly number[];
}

export function createVirtualClock(startMs = Date.now()): VirtualClock {
  const waits: number[] = [];
  let nowMs = startMs;
  return {
    waits,
    now: () => nowMs,
    async wait(ms, signal) {
      waits.push(ms);
      nowMs += ms;
      await setImmediate();
      signal?.throwIfAborted();
    },
  };
}
