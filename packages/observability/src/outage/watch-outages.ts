import type { Logger } from 'pino';
import type { Metrics } from '../metrics.js';
import { quietLog } from './quiet-log.js';
import type { Log } from './quiet-log.js';
import { redisAdvice } from './redis-advice.js';
import { redisOutageReason } from './redis-outage-reason.js';
import { sourceOutageReason, storeOutageReason } from './store-outage-reason.js';
import { watchOutage } from './watch-outage.js';
import type { Dependency } from './watch-outage.js';

/** The watchers of the outages of a process, and the logger for everything else. */
export interface Outages {
  /** Leaves out lines that an outage explains. */
  readonly log: Log;
  /** Stops checking whether outages have ended. */
  close(): void;
}

const REASONS: Readonly<Record<Dependency, (error: unknown) => string | undefined>> = {
  redis: redisOutageReason,
  store: storeOutageReason,
  source: sourceOutageReason,
};

/** @param options.probes use a dependency as far as it takes to know that it is back, and throw while it is away */
export function watchOutages({
  probes,
  log,
  metrics,
}: {
  probes: Readonly<Record<Dependency, () => Promise<void>>>;
  log: Logger;
  metrics: Metrics;
}): Outages {
  const dependencies = ['redis', 'store', 'source'] as const satisfies readonly Dependency[];
  const outages = dependencies.map((dependency) =>
    watchOutage({
      dependency,
      reasonOf: REASONS[dependency],
      adviceOn: dependency === 'redis' ? redisAdvice : () => undefined,
      probe: probes[dependency],
      log,
      metrics,
    }),
  );
  return {
    log: quietLog(log, outages),
    close() {
      for (const outage of outages) outage.close();
    },
  };
}
