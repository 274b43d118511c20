import type { PassTask } from './pass-result.js';

/** What the passes of a run have in common. A thread begins with it, then gets the number of one pass after the other. */
export type ThreadTask = Omit<PassTask, 'pass'>;
