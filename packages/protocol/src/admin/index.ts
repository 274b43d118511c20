export { auditEventListSchema } from './audit-events.js';
export type { AuditEventList } from './audit-events.js';
export { refusalSchema } from './changes.js';
export type { Change, Refusal } from './changes.js';
export { exportListSchema, leaseListSchema, shownExportSchema, workerListSchema } from './exports.js';
export type { ExportList, LeaseList, ShownExport, WorkerList } from './exports.js';
export { shownTaskSchema, taskListSchema } from './tasks.js';
export type { ShownTask, TaskList } from './tasks.js';
