import { expect, test } from '@jest/globals';
import type { Row } from '@millrace/viewdef';
import { createPartEncoder } from './create-part-encoder.js';
import { encodedRows } from './encoded-rows.js';
import type { FormatOptions } from './part-encoder.js';
import { column } from './testing/encode.js';

const COLUMNS = [
  column('id', { fhirType: 'id' }),
  column('text', { fhirType: 'string' }),
  column('rank', { fhirType: 'integer' }),
  column('tags', { fhirType: 'string', collection: true }),
];
const ROWS: Row[] = Array.from({ length: 3000 }, (_, at) => [
  `p${at}`,
  at % 7 === 0 ? null : `Zoë, "${at}"\nx`,
  at % 5 === 0 ? 'no' : at,
  at % 3 === 0 ? [] : ['a', null],
]);

test.each<FormatOptions>([
  { format: 'csv', header: true },
  { format: 'csv', header: false, formulas: 'text' },
  { format: 'ndjson', header: true },
  { format: 'json', header: true },
  { format: 'parquet', header: true, onMismatch: 'null' },
])('rows that wait make the file that rows make at once: %j', (options) => {
  const direct = createPartEncoder(options, COLUMNS);
  const open = encodedRows(options, COLUMNS);
  const [one, other] = [open(), open()];
  for (const [at, row] of ROWS.entries()) {
    direct.add(row);
    // Both are filled in turns, and each knows its own.
    one.add(row);
    if (at % 2 === 0) other.add(row);
  }
  const part = createPartEncoder(options, COLUMNS);
  one.appendTo(part);
  const mismatches = direct.mismatches;
  expect(Buffer.compare(Buffer.from(part.finish()), Buffer.from(direct.finish()))).toBe(0);
  expect([part.rows, one.rows, other.rows]).toEqual([3000, 3000, 1500]);
  expect(one.mismatches).toEqual(mismatches);
  if (options.format === 'parquet') expect(other.mismatches).toEqual([0, 0, 300, 0]);
});

test('a value that does not fit is an error at its row', () => {
  const rows = encodedRows({ format: 'parquet', header: true }, COLUMNS)();
  rows.add(['a', null, 1, null]);
  expect(() => rows.add(['b', null, 'no', null])).toThrow('Column "rank" got');
});
