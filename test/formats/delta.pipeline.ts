import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { createPartEncoder, describeColumn } from '@millrace/formats';
import { openSink } from '@millrace/storage';
import { commitGeneration, deltaSchema, tableFileName } from '@millrace/tables';
import type { ViewColumn } from '@millrace/viewdef';
import { until } from '../until.js';

const PYTHON = process.env['TABLES_PYTHON'] ?? 'python3';
const SCRIPT = join(import.meta.dirname, 'poll_delta.py');
const FILES = 4;
const ROWS = 50;

const column = (name: string, fhirType: string, more: Partial<ViewColumn> = {}): ViewColumn => {
  return { name, fhirType, collection: false, ansiType: undefined, ...more };
};
const COLUMNS = [
  column('id', 'id'),
  column('generation', 'integer'),
  column('born', 'date', { ansiType: 'DATE' }),
  column('issued', 'instant'),
  column('price', 'decimal', { ansiType: 'DECIMAL(10,2)' }),
  column('given', 'string', { collection: true }),
];

/** The report of the reader. */
interface Seen {
  readonly seen: Readonly<Record<string, readonly string[]>>;
  readonly types: Readonly<Record<string, string>>;
  readonly partitions: readonly string[];
  readonly rows: readonly object[];
}

test('a reader that polls a Delta table sees whole generations only, with their types and partitions', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-delta-'));
  const store = openSink({ kind: 'file', root: join(folder, 'lake') });
  const commit = async (writer: string, generation: number): Promise<number> => {
    const files = [];
    for (let n = 1; n <= FILES; n += 1) {
      const encoder = createPartEncoder({ format: 'parquet', header: false }, COLUMNS);
      for (let row = 0; row < ROWS; row += 1)
        encoder.add([
          `${writer}-${n}-${row}`,
          generation,
          '1970-01-02',
          '2026-01-02T03:04:05.678Z',
          '12.50',
          ['a', null],
        ]);
      const content = encoder.finish();
      const name = tableFileName(writer, n, createHash('sha256').update(content).digest('hex'));
      await using upload = await store.open(`people/${name}`);
      await upload.write(content);
      const { bytes } = await upload.commit();
      files.push({ name, bytes, rows: ROWS, partitionValues: { gender: n % 2 === 0 ? 'male' : null } });
    }
    const columns = [...COLUMNS, column('gender', 'code')].map(describeColumn);
    const given = {
      files,
      schema: deltaSchema(columns),
      partitionColumns: ['gender'],
      writer,
      at: Date.now(),
    };
    return commitGeneration(store, 'people', given, async () => undefined);
  };
  try {
    await mkdir(join(folder, 'lake'));
    expect(await commit('a', 0)).toBe(0);
    const [stop, answer] = [join(folder, 'stop'), join(folder, 'answer.json')];
    const reading = promisify(execFile)(PYTHON, [SCRIPT, join(folder, 'lake/people'), stop, answer]);
    await until(async () => existsSync(`${answer}.begun`) || undefined, 'the reader to begin', 60_000);
    expect(await commit('b', 1)).toBe(1);
    expect((await Promise.all([commit('c', 2), commit('d', 2)])).toSorted()).toEqual([2, 3]);
    await writeFile(stop, '');
    await reading;
    const { seen, types, partitions, rows } = JSON.parse(await readFile(answer, 'utf8')) as Seen;
    const generations = ['0', '1', '2', '2'];
    for (const [version, found] of Object.entries(seen)) {
      // All rows of a read are of one generation, and none is missing.
      expect(found).toEqual([`[(${generations[Number(version)]}, ${FILES * ROWS})]`]);
    }
    expect(Object.keys(seen)).toEqual(expect.arrayContaining(['0', '3']));
    expect(partitions).toEqual(['gender']);
    expect(types).toEqual({
      id: expect.stringContaining('string'),
      generation: expect.stringContaining('integer'),
      born: expect.stringContaining('date'),
      issued: expect.stringContaining('timestamp'),
      price: expect.stringContaining('decimal(10,2)'),
      given: expect.stringContaining('ArrayType'),
      gender: expect.stringContaining('string'),
    });
    expect(rows[0]).toMatchObject({ born: '1970-01-02', price: '12.50', given: ['a', null], gender: null });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}, 120_000);
