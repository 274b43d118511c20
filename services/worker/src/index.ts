export { composeTasks } from './background-tasks.js';
export { configSchema, refuse } from './config.js';
