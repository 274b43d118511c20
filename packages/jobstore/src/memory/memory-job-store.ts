import type { JobStore } from '@millrace/export';
import { memoryCommits } from './memory-commits.js';
import { memoryLeases } from './memory-leases.js';
import { memoryOutcomes } from './memory-outcomes.js';
import { memoryRecords } from './memory-records.js';
import type { Memory } from './memory-state.js';

/** The job store in the memory of one process, for tests: nothing outlives it and nobody else sees it. */
export function createMemoryJobStore({ now = Date.now }: { now?: () => number } = {}): JobStore {
  const memory: Memory = { exports: new Map(), now };
  return {
    ...memoryRecords(memory),
    ...memoryLeases(memory),
    ...memoryCommits(memory),
    ...memoryOutcomes(memory),
  };
}
