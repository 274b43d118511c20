import { expect, test } from '@jest/globals';
import { storedRows } from './stored-rows.js';

test('a line of NDJSON is a row, and an empty file has none', () => {
  expect(storedRows('{"a":1}\n{"a":2}\n', 'ndjson')).toEqual(['{"a":1}', '{"a":2}']);
  expect(storedRows('', 'ndjson')).toEqual([]);
});

test('a row of CSV may hold line ends and quotes, and the header is no row', () => {
  const file = 'id,text\n1,"two\nlines, ""quoted"""\n2,plain\n';
  expect(storedRows(file, 'csv')).toEqual(['1,"two\nlines, ""quoted"""', '2,plain']);
  expect(storedRows('id,text\n', 'csv')).toEqual([]);
});
