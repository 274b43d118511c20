import { expect, test } from '@jest/globals';
import { partitionFaults } from './partition-by.js';

const column = (name: string, sqlType = 'CHARACTER VARYING', collection = false) => {
  return { name, sqlType, collection };
};
const faults = (by: string | undefined, columns: ReturnType<typeof column>[] | undefined, hasSql = false) =>
  partitionFaults(by, [{ title: 'the view "v"', columns }], hasSql);

test.each(['CHARACTER VARYING', 'CHARACTER VARYING(20)', 'BOOLEAN', 'INTEGER', 'BIGINT', 'DATE'])(
  'outputs are partitioned by a column of %s',
  (type) => {
    expect(faults('c', [column('id'), column('c', type)])).toEqual([]);
  },
);

test.each([
  ['that is not there', 'x', [column('id'), column('c')], /no column of that name/],
  ['of lists', 'c', [column('id'), column('c', 'INTEGER', true)], /its values are lists/],
  [
    'of inexact numbers',
    'c',
    [column('id'), column('c', 'DOUBLE PRECISION')],
    /its type is DOUBLE PRECISION/,
  ],
  ['of moments', 'c', [column('id'), column('c', 'TIMESTAMP WITH TIME ZONE')], /expected a text/],
  ['that is the only one', 'c', [column('c')], /no other column/],
])('outputs are not partitioned by a column %s', (_, by, columns, why) => {
  expect(faults(by, columns)).toEqual([
    {
      status: 422,
      code: 'invalid',
      diagnostics: expect.stringMatching(why),
      expression: 'partitionBy',
    },
  ]);
});

test('views with other faults, and requests without partitions, have none of these', () => {
  expect(faults('c', undefined)).toEqual([]);
  expect(faults(undefined, [column('c')])).toEqual([]);
});

test('the rows of SQL have no partitions', () => {
  expect(faults('c', [column('id'), column('c')], true)).toMatchObject([
    { status: 400, code: 'not-supported', expression: 'partitionBy' },
  ]);
});
