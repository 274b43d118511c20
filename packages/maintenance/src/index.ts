export { activateAlone } from './activate-alone.js';
export { atIntervals } from './at-intervals.js';
export type { Repeated } from './at-intervals.js';
export { ACTIVATION_REASONS } from './background-task.js';
export type {
  ActivationReason,
  BackgroundTask,
  TaskContext,
  TaskLevel,
  TaskStatus,
} from './background-task.js';
export { createDriver } from './driver.js';
export type { Driver, DriverPorts } from './driver.js';
export { TaskLimitError, UnknownTaskError } from './errors.js';
export { createRedisTaskStates } from './redis-task-states.js';
export type { DeclaredTask, LastActivation, TaskRecord, TaskStates } from './task-states.js';
export { createAuditArchive } from './tasks/audit-archive.js';
export type { AuditArchiveStatus } from './tasks/audit-archive.js';
export { createAuditCleanup } from './tasks/audit-cleanup.js';
export type { AuditCleanupStatus } from './tasks/audit-cleanup.js';
export { createAuditTimeout } from './tasks/audit-timeout.js';
export type { AuditTimeoutStatus } from './tasks/audit-timeout.js';
export { createExportCoordinator } from './tasks/export-coordinator.js';
export type { ExportCoordinatorStatus } from './tasks/export-coordinator.js';
export { createLeaseReaper } from './tasks/lease-reaper.js';
export type { LeaseReaperStatus } from './tasks/lease-reaper.js';
export { createLostExportSweeper } from './tasks/lost-export-sweeper.js';
export type { LostExportStatus } from './tasks/lost-export-sweeper.js';
export { createOrphanSweeper } from './tasks/orphan-sweeper.js';
export type { OrphanSweeperPorts, OrphanSweeperStatus } from './tasks/orphan-sweeper.js';
export { createOutputTtlReaper } from './tasks/output-ttl-reaper.js';
export type { OutputTtlStatus } from './tasks/output-ttl-reaper.js';
export { createQueueReconciler } from './tasks/queue-reconciler.js';
export type { QueueReconcilerStatus } from './tasks/queue-reconciler.js';
export { createStaleEntryTimeout } from './tasks/stale-entry-timeout.js';
export type { StaleEntryStatus } from './tasks/stale-entry-timeout.js';
