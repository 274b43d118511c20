import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { column, encode } from '../testing/encode.js';
import { parquetMetadataOf, readParquet } from '../testing/read-parquet.js';

const columns = [
  column('text', { fhirType: 'string' }),
  column('flag', { fhirType: 'boolean' }),
  column('int', { fhirType: 'integer' }),
  column('decimal', { fhirType: 'decimal' }),
  column('texts', { fhirType: 'string', collection: true }),
  column('ints', { fhirType: 'integer', collection: true }),
];

const text = fc.oneof(fc.constantFrom('a', 'b', ''), fc.string({ unit: 'grapheme' }));
const int = fc.oneof(fc.constantFrom(0, 1), fc.integer());
const row = fc.tuple(
  fc.option(text),
  fc.option(fc.boolean()),
  fc.option(int),
  fc.option(fc.double({ noNaN: true, noDefaultInfinity: true })),
  fc.option(fc.array(fc.option(text))),
  fc.option(fc.array(fc.option(int), { maxLength: 40 })),
);

it('Parquet with any rows and row groups is read back as it was written', async () => {
  const rows = fc.array(row, { maxLength: 60 });
  const rowGroupRows = fc.integer({ min: 1, max: 70 });
  await fc.assert(
    fc.asyncProperty(rows, rowGroupRows, async (all, groupRows) => {
      const limits = { rowGroupRows: groupRows, rowGroupBytes: 4096 };
      const file = encode({ format: 'parquet' }, columns, all, { limits });
      const read = await readParquet(file);
      const values = read.map((object) => columns.map(({ name }) => object[name] ?? null));
      expect(values.map(withoutNegativeZero)).toEqual(all.map(withoutNegativeZero));
      expect(parquetMetadataOf(file).num_rows).toBe(BigInt(all.length));
    }),
  );
});

/** -0 and 0 are one entry of a dictionary. */
function withoutNegativeZero(values: readonly unknown[]): unknown[] {
  return values.map((value) => (value === 0 ? 0 : value));
}
