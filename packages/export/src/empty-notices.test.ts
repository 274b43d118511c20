import { expect, test } from '@jest/globals';
import { emptyNotices } from './empty-notices.js';

test('a view without a row is named with the reason, and others are not', () => {
  const notices = emptyNotices([
    { resourceType: 'Patient', hasInput: true, rows: 3 },
    { resourceType: 'Patient', hasInput: true, rows: 0 },
    { resourceType: 'Observation', hasInput: false, rows: 0 },
  ]);
  expect(notices).toEqual([
    {
      kind: 'no-rows',
      expression: 'subject[1]',
      count: 1,
      diagnostics: 'the table is empty: no Patient in the input gives a row',
    },
    {
      kind: 'no-rows',
      expression: 'subject[2]',
      count: 1,
      diagnostics: 'the table is empty: no input holds Observation',
    },
  ]);
});

test('of many views without a row the first are named, and the others counted', () => {
  const subjects = Array.from({ length: 200 }, () => ({ resourceType: 'Patient', hasInput: true, rows: 0 }));
  const notices = emptyNotices(subjects);
  expect(notices).toHaveLength(11);
  expect(notices.at(-1)).toEqual({ kind: 'no-rows', diagnostics: '190 more tables are empty', count: 190 });
});
