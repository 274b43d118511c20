import type { Logger } from 'pino';
import { createEvents } from './events.js';
import type { Events } from './events.js';
import { createLogger } from './logger.js';
import type { LogLevel } from './logger.js';
import { createMetrics } from './metrics.js';
import type { Metrics } from './metrics.js';
import type { Dependency } from './outage/watch-outage.js';
import { watchOutages } from './outage/watch-outages.js';
import type { Outages } from './outage/watch-outages.js';
import { startTracing } from './tracing/start-tracing.js';
import type { Tracing, TracingOptions } from './tracing/tracing.js';

/** How a service is observed. */
export interface ServiceOptions {
  readonly service: 'api' | 'worker';
  readonly version: string;
  readonly logLevel: LogLevel;
  readonly exporter: TracingOptions['exporter'];
  /** Each uses a dependency as far as it takes to know that it is back, and throws while it is away. */
  readonly probes: Readonly<Record<Dependency, () => Promise<void>>>;
}

/** The log, metrics, traces and events of a service. */
export interface ObservedService {
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly tracing: Tracing;
  readonly outages: Outages;
  readonly events: Events;
}

/** Opens the log, the metrics, the traces and the events of a service, and watches what it depends on. */
export async function observeService({
  service,
  version,
  logLevel,
  exporter,
  probes,
}: ServiceOptions): Promise<ObservedService> {
  const log = createLogger({ service, level: logLevel });
  const metrics = createMetrics({ service, version });
  const tracing = await startTracing({ service, version, log, exporter });
  const outages = watchOutages({ log, metrics, probes });
  return { log, metrics, tracing, outages, events: createEvents({ log: outages.log, metrics }) };
}
