import { beforeEach, expect, test } from '@jest/globals';
import { createMemoryJobStore } from '@millrace/jobstore/memory';
import { createBackgroundWork } from './background-work.js';
import { createKeyRecovery } from './recover-keys.js';
import type { SweptPart } from './rebuild-export.js';

const PART = { next: undefined, rebuilt: [], ofNewer: 0 };
const OWNER = { tenant: 't', client: 'c' };

let jobs: ReturnType<typeof createMemoryJobStore>;
let asked: (string | undefined)[];
beforeEach(() => {
  jobs = createMemoryJobStore();
  asked = [];
});

function recovery(
  sweep: (after: string | undefined) => Promise<SweptPart>,
  signal = new AbortController().signal,
) {
  const background = createBackgroundWork(() => undefined);
  const counted = (after: string | undefined): Promise<SweptPart> => {
    asked.push(after);
    return sweep(after);
  };
  return createKeyRecovery({ jobs, sweep: counted, background, signal });
}

test('all parts of the object store are swept, once for all who wait, and then keys count as free', async () => {
  const keys = recovery(async (after) => ({ ...PART, next: after === undefined ? 'b' : undefined }));
  await Promise.all([keys.recovered(), keys.recovered()]);
  expect(asked).toEqual([undefined, 'b']);
  expect(await jobs.holderOf(OWNER, 'k')).toBeUndefined();
});

test.each([
  ['fails', async () => Promise.reject(new Error('away'))],
  ['leaves an export to a newer version', async () => ({ ...PART, ofNewer: 1 })],
])('while a sweep %s no key counts as free, and the next who asks sweeps again', async (_, sweep) => {
  const keys = recovery(sweep);
  await keys.recovered();
  expect(await jobs.holderOf(OWNER, 'k')).toBe('unsure');
  await keys.recovered();
  expect(asked).toHaveLength(2);
});

test('nobody waits for a long sweep, which goes on until the process stops', async () => {
  const stopping = new AbortController();
  let go: (part: SweptPart) => void = () => undefined;
  const keys = recovery(() => new Promise((resolve) => (go = resolve)), stopping.signal);
  await expect(keys.recovered()).rejects.toThrow('being put back');
  stopping.abort();
  go({ ...PART, next: 'b' });
  await keys.recovered();
  expect(asked).toEqual([undefined]);
});
