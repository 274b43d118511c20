import { createAuditEvents } from './audit-events.js';
import type { AuditEvents } from './audit-events.js';
import { createExportEvents } from './export-events.js';
import type { ExportEvents } from './export-events.js';
import { createIdIndexEvents } from './id-index-events.js';
import type { IdIndexEvents } from './id-index-events.js';
import type { Metrics } from './metrics.js';
import type { Log } from './outage/quiet-log.js';
import { createRequestEvents } from './request-events.js';
import { createQueueEvents } from './queue-events.js';
import type { QueueEvents } from './queue-events.js';
import type { RequestEvents } from './request-events.js';
import { createRunEvents } from './run-events.js';
import type { RunEvents } from './run-events.js';
import { createSettingsEvents } from './settings-events.js';
import type { SettingsEvents } from './settings-events.js';
import { createStepEvents } from './step-events.js';
import type { StepEvents } from './step-events.js';
import { createTaskEvents } from './task-events.js';
import type { TaskEvents } from './task-events.js';
import { createTerminologyEvents } from './terminology-events.js';
import type { TerminologyEvents } from './terminology-events.js';
import { createWatchdogEvents } from './watchdogs/watchdog-events.js';
import type { WatchdogEvents } from './watchdogs/watchdog-events.js';

/** Business events. Each is one call that writes its log line and its metrics together. */
export type Events = ExportEvents &
  StepEvents &
  QueueEvents &
  RequestEvents &
  TaskEvents &
  AuditEvents &
  RunEvents &
  IdIndexEvents &
  TerminologyEvents &
  SettingsEvents &
  WatchdogEvents;

export function createEvents(to: { log: Log; metrics: Metrics }): Events {
  return {
    ...createExportEvents(to.log, to.metrics),
    ...createStepEvents(to.log, to.metrics),
    ...createQueueEvents(to.log, to.metrics),
    ...createRequestEvents(to.log, to.metrics),
    ...createTaskEvents(to.log, to.metrics),
    ...createAuditEvents(to.log, to.metrics),
    ...createRunEvents(to.log, to.metrics),
    ...createIdIndexEvents(to.log, to.metrics),
    ...createTerminologyEvents(to.log, to.metrics),
    ...createSettingsEvents(to.log, to.metrics),
    ...createWatchdogEvents(to.log, to.metrics),
  };
}
