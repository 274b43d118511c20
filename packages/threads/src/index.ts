export { ThreadCrashedError, ThreadOverdueError, BusyError } from './errors.js';
export { createGate } from './gate.js';
export type { Gate, GateTerms } from './gate.js';
export { everyTick } from './lived-time.js';
export type { Ticks } from './lived-time.js';
export type { ThreadTerms } from './pool-thread.js';
export { serveThread } from './serve-thread.js';
export { createThreadPool } from './thread-pool.js';
export type { PoolTerms, ThreadPool } from './thread-pool.js';
