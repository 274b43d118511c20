import { describe, expect, test } from '@jest/globals';
import { partitionListSchema } from '@millrace/export';
import type { Part } from '@millrace/export';
import { parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { createMemorySink } from '@millrace/storage/memory';
import type { Sink } from '@millrace/storage';
import { patient, run, source } from '../testing/run-range.js';

const VIEW = {
  resource: 'Patient',
  select: [
    {
      column: [
        { name: 'id', path: 'id', type: 'id' },
        { name: 'gender', path: 'gender', type: 'code' },
        { name: 'born', path: 'birthDate', type: 'date', tag: [{ name: 'ansi/type', value: 'DATE' }] },
      ],
    },
  ],
};
const LINES = [
  patient('a', { gender: 'male', birthDate: '1980-01-01' }),
  patient('b', { gender: 'female', birthDate: '1980-01' }),
  patient('c'),
  patient('d', { gender: 'male', birthDate: '1981-01-01' }),
];
const views = [{ subject: 3, view: VIEW }];
const patients = (lines: readonly string[] = LINES) => source({ 'Patient.ndjson': `${lines.join('\n')}\n` });

async function told(sink: Sink, { partition, key }: Part): Promise<readonly [string | null, string]> {
  const list = partitionListSchema.parse(
    JSON.parse(Buffer.from((await sink.read(partition?.list ?? '')) ?? []).toString()),
  );
  const value = list.values[partition?.at ?? -1];
  return [value ?? null, Buffer.from((await sink.read(key)) ?? []).toString()];
}

describe('a range with partitions', () => {
  test.each([
    ['csv', 'id,born\na,1980-01-01\nd,1981-01-01\n', 'id,born\nb,1980-01\n'],
    [
      'ndjson',
      '{"id":"a","born":"1980-01-01"}\n{"id":"d","born":"1981-01-01"}\n',
      '{"id":"b","born":"1980-01"}\n',
    ],
  ] as const)(
    'makes complete files of %s without the column, one for each value',
    async (format, male, female) => {
      const { cuts, sink } = await run(await patients(), { views, format, partitionBy: 'gender' });
      const parts = cuts.flatMap((cut) => cut.parts);
      expect(parts.map(({ subject, rows }) => [subject, rows])).toEqual([
        [3, 2],
        [3, 1],
        [3, 1],
      ]);
      const found = await Promise.all(parts.map((part) => told(sink, part)));
      expect(found.slice(0, 2)).toEqual([
        ['male', male],
        ['female', female],
      ]);
      expect(found[2]?.[0]).toBe(null);
      // Parts are told of where no value may be.
      expect(JSON.stringify(cuts)).not.toMatch(/male/);
    },
  );

  test('makes Parquet, whose values that do not fit are counted by the places of all columns', async () => {
    const asked = { views, format: 'parquet', partitionBy: 'gender', onMismatch: 'null' } as const;
    const { cuts, sink } = await run(await patients(), asked);
    const parts = cuts.flatMap((cut) => cut.parts);
    expect(parts.map(({ mismatches }) => mismatches)).toEqual([undefined, [0, 0, 1], undefined]);
    const file = new Uint8Array((await sink.read(parts[0]?.key ?? '')) ?? []).buffer;
    const rows: Record<string, unknown>[] = await parquetReadObjects({ file, compressors });
    expect(rows).toEqual([
      { id: 'a', born: new Date('1980-01-01') },
      { id: 'd', born: new Date('1981-01-01') },
    ]);
  });

  test('has the partition of null for values of the column itself that do not fit', async () => {
    const asked = { views, format: 'parquet', partitionBy: 'born', onMismatch: 'null' } as const;
    const { cuts, sink } = await run(await patients(), asked);
    const parts = cuts.flatMap((cut) => cut.parts);
    const values = await Promise.all(parts.map(async (part) => (await told(sink, part))[0]));
    expect(values).toEqual(['1980-01-01', null, '1981-01-01']);
    expect(parts.map(({ rows, mismatches }) => [rows, mismatches])).toEqual([
      [1, undefined],
      [2, [0, 0, 1]],
      [1, undefined],
    ]);
  });

  test('cuts when the rows of a partition are enough, and goes on with the partitions that it had', async () => {
    const limits = { partBytes: 1e9, partRows: 2, inputBytes: 1e9, seconds: 1e9 };
    const lines = Array.from({ length: 10 }, (_, at) => patient(`p${at}`, { gender: at % 2 ? 'a' : 'b' }));
    const asked = { views, format: 'csv', partitionBy: 'gender', limits, mostPartitions: 2 } as const;
    const { cuts, sink } = await run(await patients(lines), asked);
    expect(cuts.length).toBeGreaterThan(3);
    const parts = cuts.flatMap((cut) => cut.parts);
    expect(parts.reduce((sum, { rows }) => sum + rows, 0)).toBe(10);
    const values = await Promise.all(parts.map(async (part) => (await told(sink, part))[0]));
    expect(new Set(values)).toEqual(new Set(['a', 'b']));
    expect(new Set(parts.map(({ key }) => key)).size).toBe(parts.length);
  });

  test('with more values than an output may have partitions fails with the name of the column, and no value', async () => {
    const lines = Array.from({ length: 30 }, (_, at) => patient(`p${at}`, { gender: `secret${at}` }));
    const asked = { views, format: 'csv', partitionBy: 'gender', mostPartitions: 20 } as const;
    const failed = run(await patients(lines), asked);
    await expect(failed).rejects.toThrow(/Column "gender" has more than 20 values/);
    await expect(failed).rejects.not.toThrow(/secret/);
  });

  test('with a value that has no path fails with the name of the column, and not the value', async () => {
    const lines = [patient('a', { gender: '__HIVE_DEFAULT_PARTITION__' })];
    const failed = run(await patients(lines), { views, format: 'csv', partitionBy: 'gender' });
    await expect(failed).rejects.toThrow(/Column "gender" got the text that stands for null in paths/);
  });

  test('keeps a thousand partitions open in little memory', async () => {
    const lines = Array.from({ length: 20_000 }, (_, at) => patient(`p${at}`, { gender: `g${at % 1000}` }));
    const sink = createMemorySink();
    const from = await patients(lines);
    const before = process.memoryUsage().arrayBuffers;
    let most = 0;
    const opened = sink.open.bind(sink);
    sink.open = async (key) => {
      most = Math.max(most, process.memoryUsage().arrayBuffers - before);
      return opened(key);
    };
    const asked = { views, format: 'parquet', partitionBy: 'gender', mostPartitions: 1000, sink } as const;
    const { cuts } = await run(from, asked);
    expect(cuts.flatMap((cut) => cut.parts)).toHaveLength(1000);
    // The files themselves, which the sink keeps, are among them.
    expect(most).toBeLessThan(96 << 20);
  }, 30_000);
});
