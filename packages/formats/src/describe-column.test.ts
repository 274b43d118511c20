import { expect, test } from '@jest/globals';
import { describeColumn } from './describe-column.js';
import { ColumnTypeError } from './errors.js';
import { column } from './testing/encode.js';

test('a column is described by the types that its files have', () => {
  expect(describeColumn(column('ranks', { fhirType: 'integer', collection: true }))).toEqual({
    name: 'ranks',
    fhirType: 'integer',
    collection: true,
    sqlType: 'INTEGER',
    parquetType: 'INT32',
  });
  expect(describeColumn(column('x', { fhirType: 'decimal', ansiType: 'DECIMAL(20,4)' }))).toMatchObject({
    sqlType: 'DECIMAL(20,4)',
    parquetType: 'FIXED_LEN_BYTE_ARRAY(9) (DECIMAL(20,4))',
  });
  expect(() => describeColumn(column('x', { ansiType: 'MONEY' }))).toThrow(ColumnTypeError);
});
