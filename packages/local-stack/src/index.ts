export { answersWithin } from './answers-within.js';
export { ServiceStartError } from './errors.js';
export { readLogLine } from './read-log-line.js';
export { startService } from './service-process.js';
export type { ServiceProcess } from './service-process.js';
export { startStack } from './start-stack.js';
export type { LocalStack, StackWishes } from './start-stack.js';
export { CACHE_FOLDER } from './workspace.js';
export type { ServiceKind } from './workspace.js';
