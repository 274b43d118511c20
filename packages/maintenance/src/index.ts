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
export type { LastActivation, TaskRecord, TaskStates } from './task-states.js';
export { createOutputTtlReaper } from './tasks/output-ttl-reaper.js';
export type { OutputTtlStatus } from './tasks/output-ttl-reaper.js';
