export { QueueUnavailableError } from './errors.js';
export { createExportQueue } from './export-queue.js';
export type { ExportQueue } from './export-queue.js';
export { createIdleLook } from './idle-watch.js';
export { createMaintenanceQueue, createMaintenanceWorker } from './maintenance-queue.js';
export type { MaintenanceQueue, MaintenanceWorker } from './maintenance-queue.js';
export type { Delivery, Disposition } from './step-processor.js';
export { createStepWorker } from './step-worker.js';
export type { StepWorker, StepWorkerOptions } from './step-worker.js';
