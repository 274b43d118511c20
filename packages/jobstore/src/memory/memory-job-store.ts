import type { JobStore } from '@millrace/export';
import { DEFAULT_LIMITS, type StoreLimits } from '../limits.js';
import { memoryCensus } from './memory-census.js';
import { memoryCommits } from './memory-commits.js';
import { memoryDispatch, memoryUpkeep } from './memory-dispatch.js';
import { memoryKeyTrust } from './memory-key-trust.js';
import { memoryDownloads } from './memory-downloads.js';
import { memoryLeases } from './memory-leases.js';
import { memoryOutcomes } from './memory-outcomes.js';
import { memoryPolls } from './memory-polls.js';
import { memoryRecords } from './memory-records.js';
import { memoryRetention } from './memory-retention.js';
import type { Memory } from './memory-state.js';
import { waitingSets } from './waiting-sets.js';

/** The job store in the memory of one process, for tests: nothing outlives it and nobody else sees it. */
export function createMemoryJobStore({
  now = Date.now,
  limits = {},
}: { now?: () => number; limits?: Partial<StoreLimits> } = {}): JobStore {
  const memory: Memory = {
    exports: new Map(),
    waiting: waitingSets(),
    totals: { started: 0, ended: { completed: 0, failed: 0, cancelled: 0, unknown: 0 } },
    limits: { ...DEFAULT_LIMITS, ...limits },
    now,
    knowsAllKeys: false,
  };
  return {
    ...memoryRecords(memory),
    ...memoryKeyTrust(memory),
    ...memoryPolls(memory),
    ...memoryDownloads(memory),
    ...memoryLeases(memory),
    ...memoryCommits(memory),
    ...memoryOutcomes(memory),
    ...memoryDispatch(memory),
    ...memoryUpkeep(memory),
    ...memoryRetention(memory),
    ...memoryCensus(memory),
  };
}
