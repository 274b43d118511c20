import { describe, expect, test } from '@jest/globals';
import { createPartEncoder, type Format } from '@millrace/formats';
import type { Row, ViewColumn } from '@millrace/viewdef';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { createPartJoiner } from './create-part-joiner.js';

const COLUMNS: ViewColumn[] = [
  { name: 'id', fhirType: 'id', collection: false, ansiType: undefined },
  { name: 'at', fhirType: 'instant', collection: false, ansiType: undefined },
  { name: 'tags', fhirType: 'string', collection: true, ansiType: undefined },
];

const PARTS: Row[][] = [
  [['a', '2026-01-31T12:00:00.123456Z', ['x', 'y']]],
  [
    ['b', null, null],
    ['c', '2026-01-31T12:00:00Z', ['z']],
  ],
  [['d', null, ['w']]],
];

/** The file that the joiner makes of some of the parts. */
function join(format: Format, header: boolean, parts: Row[][]): Uint8Array {
  const joiner = createPartJoiner({ format, header }, COLUMNS);
  const chunks = parts.flatMap((rows) => joiner.add(inChunks(encode(format, false, rows))));
  return Buffer.concat([...chunks, ...joiner.finish()]);
}

function encode(format: Format, header: boolean, rows: Row[]): Uint8Array {
  const encoder = createPartEncoder({ format, header }, COLUMNS);
  for (const row of rows) encoder.add(row);
  return new Uint8Array(encoder.finish());
}

/** Chunks may end anywhere, also after one byte. */
function inChunks(bytes: Uint8Array): Uint8Array[] {
  return [bytes.subarray(0, 1), bytes.subarray(1, 7), bytes.subarray(7)].filter(({ length }) => length > 0);
}

describe('joining parts', () => {
  test.each<[Format, boolean]>([
    ['csv', true],
    ['csv', false],
    ['ndjson', true],
    ['json', true],
  ])('of %s (header %s) gives the bytes that one part of all rows has', (format, header) => {
    for (const parts of [[], PARTS.slice(0, 1), PARTS]) {
      expect(Buffer.from(join(format, header, parts)).toString()).toBe(
        Buffer.from(encode(format, header, parts.flat())).toString(),
      );
    }
  });

  test('of Parquet gives one file with the row groups of all, in order', async () => {
    const file = new Uint8Array(join('parquet', true, PARTS)).buffer;
    expect(parquetMetadata(file).row_groups.map(({ num_rows }) => num_rows)).toEqual([1n, 2n, 1n]);
    const whole = new Uint8Array(encode('parquet', true, PARTS.flat())).buffer;
    expect(await parquetReadObjects({ file, compressors })).toEqual(
      await parquetReadObjects({ file: whole, compressors }),
    );
    expect(parquetMetadata(file).schema).toEqual(parquetMetadata(whole).schema);
  });

  test.each([[[]], [PARTS.slice(0, 1)]])('of Parquet leaves a single part, or none, as it is', (parts) => {
    const whole = Buffer.from(encode('parquet', true, parts.flat()));
    expect(Buffer.compare(Buffer.from(join('parquet', true, parts)), whole)).toBe(0);
  });
});
