import { expect, test } from '@jest/globals';
import { DIALECTS } from './dialects.js';
import { nameFault } from './name-fault.js';

function faultOf(dialect: string, name: string): string | undefined {
  const found = DIALECTS[dialect];
  if (found === undefined) throw new RangeError(`no dialect ${dialect}`);
  const table = {
    name,
    columns: [],
    format: 'parquet',
    folder: '.',
    isFolderOwn: true,
    files: [],
    strangers: [],
  };
  return nameFault({ ...table, format: 'parquet' }, found);
}

test.each(['duckdb', 'spark', 'bigquery', 'dbt'])('%s is given no pattern that a name changes', (dialect) => {
  for (const name of ['a*', 'a?', 'a[b]', 'a{b}']) expect(faultOf(dialect, name)).toContain('another name');
  expect(faultOf(dialect, 'a.b-c d')).toBeUndefined();
});

test('Spark and Trino are given no files that they would skip', () => {
  for (const dialect of ['spark', 'trino']) expect(faultOf(dialect, '_people')).toContain('underscore');
  expect(faultOf('duckdb', '_people')).toBeUndefined();
});

test('engines that are told each file, or an expression, take any name', () => {
  for (const dialect of ['postgres', 'snowflake']) expect(faultOf(dialect, '_a*[b]')).toBeUndefined();
});
