import { describe, expect, it } from '@jest/globals';
import type { Row } from '@millrace/viewdef';
import { createPartEncoder } from '../create-part-encoder.js';
import { readyFormat } from '../ready-format.js';
import { rowOriginOf } from '../row-origin.js';
import { column, encode } from '../testing/encode.js';
import { parquetMetadataOf, readParquet } from '../testing/read-parquet.js';

const columns = [column('id', { fhirType: 'id' }), column('n', { fhirType: 'integer' })];

function rowsTo(count: number): Row[] {
  return Array.from({ length: count }, (_, index) => [`row-${index}`, index % 3 === 0 ? null : index]);
}

describe('a Parquet part', () => {
  it('without rows is a complete file with its schema', async () => {
    const file = encode({ format: 'parquet' }, columns, []);
    expect(await readParquet(file)).toEqual([]);
    expect(parquetMetadataOf(file).schema.map(({ name, type }) => [name, type])).toEqual([
      ['row', undefined],
      ['id', 'BYTE_ARRAY'],
      ['n', 'INT32'],
    ]);
  });

  it('has the same schema for any values', () => {
    const full = parquetMetadataOf(encode({ format: 'parquet' }, columns, rowsTo(10)));
    const nulls = parquetMetadataOf(encode({ format: 'parquet' }, columns, [[null, null]]));
    expect(nulls.schema).toEqual(full.schema);
  });

  it('starts a row group when rows or bytes reach their limit', async () => {
    const rows = rowsTo(25);
    const byRows = { rowGroupRows: 10, rowGroupBytes: Number.MAX_SAFE_INTEGER };
    const file = encode({ format: 'parquet' }, columns, rows, { limits: byRows });
    expect(parquetMetadataOf(file).row_groups.map(({ num_rows }) => num_rows)).toEqual([10n, 10n, 5n]);
    expect(await readParquet(file)).toEqual(rows.map(([id, n]) => ({ id, n })));

    const byBytes = { rowGroupRows: 1000, rowGroupBytes: 150 };
    const small = encode({ format: 'parquet' }, columns, rows, { limits: byBytes });
    expect(parquetMetadataOf(small).row_groups.length).toBeGreaterThan(1);
    expect(await readParquet(small)).toEqual(rows.map(([id, n]) => ({ id, n })));
  });

  it('hands out bytes after each row group and counts them', () => {
    const part = createPartEncoder({ format: 'parquet', header: true }, columns, {
      rowGroupRows: 1000,
      rowGroupBytes: Number.MAX_SAFE_INTEGER,
    });
    const rows = rowsTo(1500);
    let taken = 0;
    rows.forEach((row, index) => {
      part.add(row);
      if (index === 500) expect(part.take(1000)).toBeUndefined();
      taken += part.take(1000)?.length ?? 0;
    });
    expect(taken).toBeGreaterThan(1000);
    expect(part.bytes).toBeGreaterThan(taken);
    taken += part.finish().length;
    expect(part.bytes).toBe(taken);
    expect(part.rows).toBe(1500);
  });

  it('names the view and the FHIR version of its rows, and only what the view declares', () => {
    const keyValues = (view: Record<string, unknown>) => {
      const file = encode(
        { format: 'parquet', origin: rowOriginOf('view', view, { fhirVersion: 'R4' }) },
        columns,
        rowsTo(1),
      );
      return parquetMetadataOf(file).key_value_metadata;
    };
    expect(keyValues({ url: 'https://example.org/v', version: '1.2' })).toEqual([
      { key: 'millrace.view.url', value: 'https://example.org/v' },
      { key: 'millrace.view.version', value: '1.2' },
      { key: 'millrace.fhir.version', value: 'R4' },
    ]);
    const ofQuery = rowOriginOf('query', { url: 'urn:q' }, { fhirVersion: 'R4', exportId: 'e' });
    expect(
      parquetMetadataOf(encode({ format: 'parquet', origin: ofQuery }, columns, [])).key_value_metadata,
    ).toEqual([
      { key: 'millrace.query.url', value: 'urn:q' },
      { key: 'millrace.fhir.version', value: 'R4' },
      { key: 'millrace.export.id', value: 'e' },
    ]);
    expect(keyValues({ version: 7 })).toEqual([{ key: 'millrace.fhir.version', value: 'R4' }]);
    expect(parquetMetadataOf(encode({ format: 'parquet' }, columns, [])).key_value_metadata).toBeUndefined();
  });

  it('makes values null that do not fit, where that is wished, and counts them by column', async () => {
    const typed = [
      column('born', { fhirType: 'date', ansiType: 'DATE' }),
      column('rank', { fhirType: 'integer' }),
      column('days', { fhirType: 'date', ansiType: 'DATE', collection: true }),
    ];
    const part = createPartEncoder({ format: 'parquet', header: true, onMismatch: 'null' }, typed);
    part.add(['2026-01-31', 1, ['2026-01', '2026-01-01', null]]);
    part.add(['2026', 2 ** 40, []]);
    part.add([null, null, null]);
    expect(await readParquet(Buffer.from(part.finish()))).toEqual([
      { born: 20_484, rank: 1, days: [null, 20_454, null] },
      { born: null, rank: null, days: [] },
      { born: null, rank: null, days: undefined },
    ]);
    expect(part.mismatches).toEqual([1, 1, 1]);
  });

  it('with zstd has the rows, pages and bounds that it has with Snappy', async () => {
    await readyFormat({ format: 'parquet', compression: 'zstd' });
    const rows = [...rowsTo(30_000), [null, null], ['', 0]] as Row[];
    const limits = { rowGroupRows: 20_000, rowGroupBytes: Number.MAX_SAFE_INTEGER };
    const [snappy, zstd] = [undefined, 'zstd' as const].map((compression) =>
      encode({ format: 'parquet', compression }, columns, rows, { limits }),
    ) as [Buffer, Buffer];
    expect(await readParquet(zstd)).toEqual(await readParquet(snappy));
    const chunks = (file: Buffer) =>
      parquetMetadataOf(file).row_groups.flatMap((group) => group.columns.map(({ meta_data }) => meta_data));
    expect(chunks(zstd).map((chunk) => chunk?.codec)).toEqual(['ZSTD', 'ZSTD', 'ZSTD', 'ZSTD']);
    const kept = (file: Buffer) =>
      chunks(file).map((chunk) => [
        chunk?.encoding_stats,
        chunk?.statistics,
        chunk?.num_values,
        chunk?.encodings,
      ]);
    expect(kept(zstd)).toEqual(kept(snappy));
    expect(zstd.length).toBeLessThan(snappy.length);
  });

  it('copies the values that it keeps of a reused row', async () => {
    const part = createPartEncoder({ format: 'parquet', header: true }, columns);
    const reused: [string, number] = ['', 0];
    for (let index = 0; index < 3; index += 1) {
      reused[0] = `id-${index}`;
      reused[1] = index;
      part.add(reused);
    }
    const read = await readParquet(Buffer.from(part.finish()));
    expect(read).toEqual([0, 1, 2].map((n) => ({ id: `id-${n}`, n })));
  });
});
