import type { Watchdog, WatchdogEvents } from './watchdog-events.js';

/** The facts of a fault: numbers only. */
export type FaultFacts = Readonly<Record<string, number>>;

/** Tells a fault that is looked for again and again once when it begins, and once when it is over. */
export interface FaultWatch {
  /** For how long the fault has lasted, in ms; 0 without one. */
  readonly lastedMs: number;
  /** @param found undefined when there is none */
  saw(found: FaultFacts | undefined): void;
}

/**
 * @param calmMs a fault that comes and goes is one fault until it has not been seen for this long
 * @param now ms, monotonic
 */
export function watchFault(
  watchdog: Watchdog,
  events: Pick<WatchdogEvents, 'faultBegan' | 'faultOver'>,
  calmMs: number,
  now: () => number = () => performance.now(),
): FaultWatch {
  let fault: { readonly since: number; seenAt: number } | undefined;
  return {
    get lastedMs() {
      return fault === undefined ? 0 : now() - fault.since;
    },
    saw(found) {
      const at = now();
      if (found !== undefined) {
        if (fault === undefined) events.faultBegan({ watchdog, facts: found });
        fault = { since: fault?.since ?? at, seenAt: at };
      } else if (fault !== undefined && at - fault.seenAt >= calmMs) {
        events.faultOver({ watchdog, lastedMs: Math.round(fault.seenAt - fault.since) });
        fault = undefined;
      }
    },
  };
}
