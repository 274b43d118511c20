export { ThreadCrashedError, ThreadOverdueError, ThreadsBusyError } from './errors.js';
export { everyTick } from './lived-time.js';
export type { Ticks } from './lived-time.js';
export type { ThreadTerms } from './pool-thread.js';
export { serveThread } from './serve-thread.js';
export { createThreadPool } from './thread-pool.js';
export type { PoolTerms, ThreadPool } from './thread-pool.js';
