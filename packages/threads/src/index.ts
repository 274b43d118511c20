export { ThreadCrashedError, ThreadOverdueError, BusyError } from './errors.js';
export { createGate } from './gate.js';
export type { Gate } from './gate.js';
export { everyTick } from './lived-time.js';
export type { Ticks } from './lived-time.js';
export { isOutOfMemory } from './out-of-memory.js';
export { bytesInRounds, inRounds, ownRound } from './rounds.js';
export { serveThread } from './serve-thread.js';
export { createThreadPool } from './thread-pool.js';
