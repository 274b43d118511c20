import { gunzipSync } from 'node:zlib';
import { packingSink } from '@millrace/storage';
import { describe, expect, test } from '@jest/globals';
import type { Part } from '@millrace/export';
import { createPartEncoder } from '@millrace/formats';
import type { Format } from '@millrace/formats';
import { createMemorySink } from '@millrace/storage/memory';
import type { Sink } from '@millrace/storage';
import type { Row, ViewColumn } from '@millrace/viewdef';
import { parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { groupParts } from './group-parts.js';
import { joinParts } from './join-parts.js';

const COLUMNS: ViewColumn[] = [
  { name: 'id', fhirType: 'id', collection: false, ansiType: undefined },
  { name: 'text', fhirType: 'string', collection: false, ansiType: undefined },
];
const ROWS: Row[][] = [
  [
    ['a', 'two\nlines'],
    ['b', null],
  ],
  [['c', '"]']],
  [['d', ']']],
];
const never = new AbortController().signal;

function encode(format: Format, header: boolean, rows: Row[]): Buffer {
  const encoder = createPartEncoder({ format, header }, COLUMNS);
  for (const row of rows) encoder.add(row);
  return Buffer.from(encoder.finish());
}

async function store(sink: Sink, key: string, content: Uint8Array, rows: number): Promise<Part> {
  const upload = await sink.open(key);
  await upload.write(content);
  return { subject: 0, rows, ...(await upload.commit()) };
}

async function stored(sink: Sink, format: Format, header: boolean): Promise<readonly Part[]> {
  const parts: Part[] = [];
  for (const [at, rows] of ROWS.entries())
    parts.push(await store(sink, `part-${at}`, encode(format, header, rows), rows.length));
  return parts;
}

describe('joined parts', () => {
  test.each<[Format, boolean]>([
    ['csv', true],
    ['csv', false],
    ['ndjson', true],
    ['json', true],
  ])('of %s (header %s) in gzip are one member with all rows', async (format, header) => {
    const sink = createMemorySink();
    const packing = { ...sink, open: packingSink(sink).open };
    const parts = await stored(packing, format, header);
    const joined = await joinParts(parts, { format, header, key: 'joined' }, sink, never);
    const whole = encode(format, header, ROWS.flat());
    const packed = Buffer.from((await sink.read(joined.key)) ?? []);
    expect(gunzipSync(packed).toString()).toBe(whole.toString());
    expect(joined).toMatchObject({ rows: 4, bytes: packed.length, unpacked: { bytes: whole.length } });
  });

  test.each<[Format, boolean]>([
    ['csv', true],
    ['csv', false],
    ['ndjson', true],
    ['json', true],
  ])('of %s (header %s) are the file of all rows', async (format, header) => {
    const sink = createMemorySink();
    const parts = await stored(sink, format, header);
    const joined = await joinParts(parts, { format, header, key: 'joined' }, sink, never);
    const whole = encode(format, header, ROWS.flat());
    expect(Buffer.from((await sink.read(joined.key)) ?? []).toString()).toBe(whole.toString());
    expect(joined).toMatchObject({ subject: 0, rows: 4, key: `joined.${format}`, bytes: whole.length });
  });

  test('of Parquet have all rows, in their order', async () => {
    const sink = createMemorySink();
    const parts = await stored(sink, 'parquet', true);
    const { key } = await joinParts(parts, { format: 'parquet', header: true, key: 'joined' }, sink, never);
    const file = new Uint8Array((await sink.read(key)) ?? []).buffer;
    const rows = await parquetReadObjects({ file, compressors });
    expect(rows.map(({ id, text }) => [id, text ?? null] as unknown)).toEqual(ROWS.flat());
  });

  test('are not made of a part that is another than the one that was committed', async () => {
    const sink = createMemorySink();
    const parts = await stored(sink, 'csv', true);
    const [first, ...others] = parts;
    const changed = [{ ...(first as Part), etag: 'other' }, ...others];
    const join = joinParts(changed, { format: 'csv', header: true, key: 'joined' }, sink, never);
    await expect(join).rejects.toThrow();
    expect(await sink.read('joined.csv')).toBeUndefined();
  });

  test('end with the reason of the signal, and leave nothing', async () => {
    const sink = createMemorySink();
    const parts = await stored(sink, 'csv', true);
    const stop = AbortSignal.abort(new Error('lost'));
    const join = joinParts(parts, { format: 'csv', header: true, key: 'joined' }, sink, stop);
    await expect(join).rejects.toThrow('lost');
    expect(await sink.read('joined.csv')).toBeUndefined();
  });
});

describe('parts become one file', () => {
  const part = (key: string, bytes: number, { subject = 0, rows = 1 } = {}): Part => {
    return { subject, key, rows, bytes, sha256: '', etag: '' };
  };
  const keysOf = (parts: readonly Part[], limit = { bytes: 100, rows: 10, below: 80 }) =>
    groupParts(parts, limit).map((group) => group.map(({ key }) => key).join(''));

  test.each([
    ['as long as they fit', [part('a', 40), part('b', 60), part('c', 1)], ['ab', 'c']],
    ['without those that are too large', [part('a', 10), part('b', 200), part('c', 10)], ['a', 'b', 'c']],
    [
      'without those that are no burden alone',
      [part('a', 10), part('b', 10), part('c', 80), part('d', 5)],
      ['ab', 'c', 'd'],
    ],
    [
      'of one subject only',
      [part('a', 1), part('b', 1, { subject: 1 }), part('c', 1, { subject: 1 })],
      ['a', 'bc'],
    ],
    [
      'with rows up to the limit',
      [part('a', 1, { rows: 6 }), part('b', 1, { rows: 4 }), part('c', 1)],
      ['ab', 'c'],
    ],
    ['not at all where there are none', [], []],
  ] as const)('%s', (_, parts, groups) => {
    expect(keysOf(parts)).toEqual(groups);
  });

  test('of one partition only', () => {
    const parts = [part('a', 1), part('b', 1), part('c', 1), part('d', 1)];
    const values: Readonly<Record<string, string | null>> = { a: 'x', b: 'x', c: null, d: 'y' };
    const groups = groupParts(parts, { bytes: 100, rows: 10, below: 80 }, ({ key }) => values[key] ?? null);
    expect(groups.map((group) => group.map(({ key }) => key).join(''))).toEqual(['ab', 'c', 'd']);
  });
});
