import { expect, test } from '@jest/globals';
import { mismatchNotices } from './mismatch-notices.js';

const columns = [{ name: 'id' }, { name: 'born', sqlType: 'DATE' }];

test('values that became null are counted once for each column, over all files, without a value', () => {
  const parts = [{ mismatches: [0, 2] }, {}, { mismatches: [1, 3] }];
  expect(mismatchNotices([{ title: 'the output "p"', subject: 1, columns, parts }])).toEqual([
    {
      kind: 'mismatch',
      expression: 'subject[1]',
      count: 1,
      diagnostics: 'values of the column "id" of the output "p" that do not fit its type became null: 1',
    },
    {
      kind: 'mismatch',
      expression: 'subject[1]',
      count: 5,
      diagnostics:
        'values of the column "born" of the output "p" that do not fit the type DATE became null: 5',
    },
  ]);
  expect(mismatchNotices([{ title: 'the output "p"', columns, parts: [{}] }])).toEqual([]);
});

test('columns beyond twenty are counted together', () => {
  const many = Array.from({ length: 23 }, (_, at) => ({ name: `c${at}` }));
  const parts = [{ mismatches: many.map(() => 2) }];
  const notices = mismatchNotices([{ title: 'the output "p"', columns: many, parts }]);
  expect(notices).toHaveLength(21);
  expect(notices.at(-1)).toEqual({
    kind: 'mismatch',
    count: 6,
    diagnostics: 'values of 3 more columns that do not fit their types became null: 6',
  });
});
