import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { firstRows } from './first-rows.js';
import { columnsNamed } from './testing/encode.js';
import { csvLayout } from './text/csv.js';
import { fhirRowsLayout } from './text/fhir-rows.js';
import { jsonArrayLayout } from './text/json-array.js';
import { ndjsonLayout } from './text/ndjson.js';

const layouts = {
  csv: csvLayout(['a', 'b'], false),
  ndjson: ndjsonLayout(['a', 'b']),
  json: jsonArrayLayout(['a', 'b']),
  fhir: fhirRowsLayout(columnsNamed('a', 'b')),
} as const;

const cells = fc.string({ unit: fc.constantFrom('"', '\n', '\r', ',', '\\', 'x', 'é', '}'), maxLength: 8 });

test.each(Object.entries(layouts))(
  'of %s end behind a whole row, whatever its values hold',
  (format, layout) => {
    const rows = fc.array(fc.tuple(cells, cells), { minLength: 2, maxLength: 9 });
    fc.assert(
      fc.property(rows, fc.nat(), (given, any) => {
        const texts = given.map((row) => layout.separator + layout.row(row));
        const count = 1 + (any % (given.length - 1));
        const first = firstRows(format as keyof typeof layouts, Buffer.from(texts.join('')), count);
        expect(Buffer.from(first).toString()).toBe(texts.slice(0, count).join(''));
      }),
    );
  },
);

test('of cells end as their lengths say', () => {
  const row = (bytes: number): Buffer => {
    const cell = Buffer.alloc(bytes, 7);
    cell.writeUInt32LE(bytes);
    return cell;
  };
  // Nothing is aligned.
  const encoded = Buffer.concat([Buffer.alloc(1), row(9), row(12), row(8)]).subarray(1);
  expect(firstRows('parquet', encoded, 2)).toHaveLength(21);
});
