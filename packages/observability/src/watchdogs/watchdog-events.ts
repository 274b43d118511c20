import type { Metrics } from '../metrics.js';
import type { Log } from '../outage/quiet-log.js';

/** Faults that a process finds in itself or in Redis while it looks fine from outside. */
const WATCHDOGS = ['event-loop', 'idle-worker', 'redis-memory'] as const;
export type Watchdog = (typeof WATCHDOGS)[number];

/** Events of watchdogs. A fault is told when it begins and when it is over, however long it lasts. */
export interface WatchdogEvents {
  /** `facts` are numbers only. */
  faultBegan(event: { watchdog: Watchdog; facts: Readonly<Record<string, number>> }): void;
  faultOver(event: { watchdog: Watchdog; lastedMs: number }): void;
  /**
   * Schedules of background tasks were gone, or gave no ticks, and were made again. `isAgain` if it was so when it was looked
   * before: that is counted, and told once.
   */
  schedulesRestored(event: {
    reason: 'missing' | 'overdue';
    tasks: readonly string[];
    isAgain: boolean;
  }): void;
}

export function createWatchdogEvents(log: Log, metrics: Metrics): WatchdogEvents {
  for (const watchdog of WATCHDOGS) metrics.watchdogAlarm.set({ watchdog }, 0);
  return {
    faultBegan({ watchdog, facts }) {
      metrics.watchdogAlarm.set({ watchdog }, 1);
      metrics.watchdogAlarms.inc({ watchdog });
      log.warn({ watchdog, ...facts }, 'watchdog: fault began');
    },
    faultOver(event) {
      metrics.watchdogAlarm.set({ watchdog: event.watchdog }, 0);
      log.info(event, 'watchdog: fault over');
    },
    schedulesRestored(event) {
      metrics.schedulesRestored.inc({ reason: event.reason }, event.tasks.length);
      const { isAgain, ...told } = event;
      log[isAgain ? 'debug' : 'warn'](told, 'schedules of background tasks restored');
    },
  };
}
