import { expect, it } from '@jest/globals';
import { NumberText } from '@millrace/viewdef';
import type { SchemaElement } from 'hyparquet';
import fc from 'fast-check';
import { column, encode } from '../testing/encode.js';
import { parquetMetadataOf, readParquet } from '../testing/read-parquet.js';

it('an exact decimal keeps every digit at every precision', async () => {
  await fc.assert(
    fc.asyncProperty(decimals, async ({ precision, integers }) => {
      const columns = [column('x', { ansiType: `DECIMAL(${precision},3)` })];
      const rows = integers.map((integer) => [new NumberText(`${integer}e-3`)]);
      expect(await storedIntegers(encode({ format: 'parquet' }, columns, rows))).toEqual(integers);
    }),
    { numRuns: 50 },
  );
});

const decimals = fc.constantFrom(9, 18, 19, 20, 28, 38).chain((precision) => {
  const largest = 10n ** BigInt(precision) - 1n;
  const integers = fc.array(fc.bigInt({ min: -largest, max: largest }), { minLength: 1, maxLength: 20 });
  return fc.record({ precision: fc.constant(precision), integers });
});

/** The reader makes doubles of decimals, so it is not told that they are. */
async function storedIntegers(file: Buffer): Promise<bigint[]> {
  const metadata = parquetMetadataOf(file);
  const [root, element] = metadata.schema;
  if (root === undefined || element === undefined) throw new Error('no schema');
  const schema: SchemaElement[] = [root, plain(element)];
  const rows = await readParquet(file, { metadata: { ...metadata, schema }, text: false });
  return rows.map(({ x }) => (x instanceof Uint8Array ? bigEndian(x) : BigInt(x as number | bigint)));
}

function plain({ converted_type: _, logical_type: __, ...element }: SchemaElement): SchemaElement {
  return element;
}

function bigEndian(bytes: Uint8Array): bigint {
  return BigInt.asIntN(8 * bytes.length, BigInt(`0x${Buffer.from(bytes).toString('hex')}`));
}
