import { describe } from '@jest/globals';
import { censusStories } from './census-stories.js';
import { clientStories } from './client-stories.js';
import { commitStories } from './commit-stories.js';
import { dispatchStories } from './dispatch-stories.js';
import { downloadStories } from './download-stories.js';
import { fairnessStories } from './fairness-stories.js';
import { idempotencyStories } from './idempotency-stories.js';
import { kickOffStories } from './kick-off-stories.js';
import { leaseStories } from './lease-stories.js';
import { outcomeStories } from './outcome-stories.js';
import { ownerStories } from './owner-stories.js';
import { planStories } from './plan-stories.js';
import { pollStories } from './poll-stories.js';
import { postponeStories } from './postpone-stories.js';
import { retentionStories } from './retention-stories.js';
import type { MakeStore } from './stage.js';
import { upkeepStories } from './upkeep-stories.js';

/** The promises of every job store. `make` opens a store for each test. */
export function describeJobStore(name: string, make: MakeStore): void {
  describe(name, () => {
    kickOffStories(make);
    idempotencyStories(make);
    pollStories(make);
    downloadStories(make);
    ownerStories(make);
    leaseStories(make);
    postponeStories(make);
    planStories(make);
    commitStories(make);
    outcomeStories(make);
    dispatchStories(make);
    fairnessStories(make);
    clientStories(make);
    upkeepStories(make);
    retentionStories(make);
    censusStories(make);
  });
}
