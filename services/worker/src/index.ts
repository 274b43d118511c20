export { composeTasks } from './background-tasks.js';
export type { Indexing } from './background-tasks.js';
export { configSchema, unsafeSettings } from './config.js';
