import { watchFault } from './fault-watch.js';
import type { WatchdogEvents } from './watchdog-events.js';

export interface EventLoopTerms {
  /** How often it is looked, in ms. */
  readonly everyMs: number;
  /** An event loop that is later than this is blocked. */
  readonly blockedMs: number;
  /** It counts as blocked until it has been in time for so long. */
  readonly calmMs: number;
}

/** A blocked worker cannot renew leases, and a blocked API answers nobody. */
const TERMS: EventLoopTerms = { everyMs: 500, blockedMs: 2_000, calmMs: 60_000 };

/** Tells when the event loop of this process was blocked; the timer does not keep the process alive. */
export function watchEventLoop(
  events: Pick<WatchdogEvents, 'faultBegan' | 'faultOver'>,
  { everyMs, blockedMs, calmMs }: EventLoopTerms = TERMS,
): { close(): void } {
  const watch = watchFault('event-loop', events, calmMs);
  let due = performance.now() + everyMs;
  const timer = setInterval(() => {
    const now = performance.now();
    const lateMs = Math.round(now - due);
    due = now + everyMs;
    watch.saw(lateMs >= blockedMs ? { lateMs } : undefined);
  }, everyMs);
  timer.unref();
  return { close: () => clearInterval(timer) };
}
