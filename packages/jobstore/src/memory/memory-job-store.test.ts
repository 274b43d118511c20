import { describeJobStore } from '../contract/describe-job-store.js';
import { createMemoryJobStore } from './memory-job-store.js';

describeJobStore('the job store in memory', (limits = {}) => {
  let now = 1_800_000_000_000;
  return Promise.resolve({
    jobs: createMemoryJobStore({ now: () => now, limits }),
    elapse: (ms: number) => {
      now += ms;
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
  });
});
