import type { PassTask } from './pass-result.js';

/**
 * The data that all passes of a run share. A thread begins with it, then gets the number of one pass after
 * the other.
 */
export type ThreadTask = Omit<PassTask, 'pass'>;
