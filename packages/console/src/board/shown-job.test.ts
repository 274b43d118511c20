import { describe, expect, test } from '@jest/globals';
import { shownJob } from './shown-job.js';

const ID = '0123456789abcdef0123456789abcdef';
const SECRET = 'Peter James Chalmers, 1974-12-25';
const ours = {
  id: `${ID}.shard-0.0`,
  name: 'step',
  data: { exportId: ID, step: 'shard-0' },
  opts: { attempts: 3, jobId: `${ID}.shard-0.0`, priority: 7 },
  timestamp: 1,
  attemptsMade: 2,
};

describe('a job on the board', () => {
  test('has the ids, times and counts of a message', () => {
    expect(shownJob(ours)).toMatchObject({
      id: ours.id,
      name: 'step',
      data: { exportId: ID, step: 'shard-0' },
      opts: { attempts: 3, priority: 7 },
      timestamp: 1,
      attemptsMade: 2,
    });
  });

  test.each([
    ['in its data', { data: { ...ours.data, patient: SECRET, step: SECRET } }],
    ['in place of its data', { data: SECRET }],
    ['in its name', { name: SECRET }],
    ['in its id', { id: SECRET }],
    ['in its options', { opts: { ...ours.opts, note: SECRET, repeat: { key: SECRET } } }],
    ['in its progress', { progress: { row: SECRET } }],
    ['in what it returned', { returnvalue: SECRET }],
    ['in the reason of its failure', { failedReason: `cannot read ${SECRET}` }],
    ['in a stack', { failedReason: 'x', stacktrace: [`Error: ${SECRET}\n  at x`] }],
    ['in a member that nobody knows', { extra: SECRET }],
  ])('does not show a value of a resource %s', (_, members) => {
    const text = JSON.stringify(shownJob({ ...ours, ...members }));
    for (const word of SECRET.split(/[ ,]+/)) expect(text).not.toContain(word);
    expect(text).toContain('"timestamp":1');
  });

  test.each(['Processing threw TypeError.', 'job stalled more than allowable limit'])(
    'has a reason that is known to quote nothing: %s',
    (failedReason) => {
      expect(shownJob({ ...ours, failedReason })).toMatchObject({ failedReason });
    },
  );

  test('has a reason that is not shown, so that it counts as failed', () => {
    expect(shownJob({ ...ours, failedReason: 'x' })['failedReason']).toContain('log of the worker');
    expect(shownJob(ours)['failedReason']).toBeUndefined();
  });
});
