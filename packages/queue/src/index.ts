export { DeliveryFailedError, MalformedMessageError, QueueUnavailableError } from './errors.js';
export { createExportQueue } from './export-queue.js';
export type { ExportQueue, ExportQueueOptions } from './export-queue.js';
export { EXPORT_QUEUE, QUEUE_PREFIX } from './message.js';
export type { QueueReading } from './queue-reading.js';
export type { Delivery, Disposition } from './step-processor.js';
export { createStepWorker } from './step-worker.js';
export type { StepWorker, StepWorkerOptions } from './step-worker.js';
