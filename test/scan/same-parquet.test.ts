import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { sampleDataDir } from '@millrace/samples';
import { columnSqlType } from '@millrace/formats';
import { compileView, toJsonText } from '@millrace/viewdef';
import type { Cell, CompiledView, SqlType } from '@millrace/viewdef';
import { parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { SYNTHEA, describeWithSynthea } from '../synthea.js';
import { bundled, linesOf } from './bundled-input.js';
import { countDifferences } from './duckdb.js';
import { bothParquetFiles } from './parquet-files.js';

/** Two readers and a large input on a busy machine. */
const LONG = 60_000;
const folder = mkdtempSync(join(tmpdir(), 'same-parquet-'));

afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Both engines, hyparquet and DuckDB agree, and the scan takes every line. Returns how many rows there were. */
async function expectSame(view: CompiledView, input: Buffer): Promise<number> {
  const { columns } = view;
  const { scanned, generated, rows, left } = bothParquetFiles(view, input);
  expect(left).toBe(0);
  expect(scanned.equals(generated)).toBe(true);
  const read = await parquetReadObjects({ file: new Uint8Array(scanned).buffer, compressors });
  expect(read.length).toBe(rows.length);
  for (const [index, row] of rows.entries()) {
    const values = columns.map(({ name }) => plainValue(read[index]?.[name]));
    const wanted = columns.map((column, at) => storedValue(columnSqlType(column), row[at] ?? null));
    if (JSON.stringify(values) !== JSON.stringify(wanted)) expect(values).toEqual(wanted);
  }
  const [parquet, ndjson] = [join(folder, 'rows.parquet'), join(folder, 'rows.ndjson')];
  writeFileSync(parquet, scanned);
  const lines = rows.map((row) => {
    const cells = columns.map((column, at) => [
      column.name,
      writtenCell(columnSqlType(column), row[at] ?? null),
    ]);
    return toJsonText(Object.fromEntries(cells) as Cell);
  });
  writeFileSync(ndjson, lines.map((line) => `${line}\n`).join(''));
  expect(await countDifferences(parquet, ndjson, columns)).toEqual({ rows: rows.length, differences: 0 });
  return rows.length;
}

/** What a reader should give for a cell, in JSON. */
function storedValue({ kind }: SqlType, cell: Cell): unknown {
  if (cell === null) return null;
  if (Array.isArray(cell))
    return (cell as readonly Cell[]).map((item) => storedValue({ kind } as SqlType, item));
  if (kind === 'text') return typeof cell === 'string' ? wellFormed(cell) : toJsonText(cell);
  if (kind === 'timestamp') return new Date(cell as string).toISOString();
  return JSON.parse(toJsonText(cell)) as unknown;
}

/** What DuckDB reads as the product does: of its own it spells numbers anew as text, and refuses lone surrogates. */
function writtenCell({ kind }: SqlType, cell: Cell): Cell {
  if (kind !== 'text' || cell === null) return cell;
  if (Array.isArray(cell)) return (cell as readonly Cell[]).map((item) => writtenCell({ kind }, item));
  return typeof cell === 'string' ? wellFormed(cell) : toJsonText(cell);
}

function wellFormed(text: string): string {
  return text.replaceAll(/\p{Surrogate}/gu, '\ufffd');
}

function plainValue(value: unknown): unknown {
  if (value === undefined) return null;
  return typeof value === 'bigint' ? Number(value) : value;
}

describe('the scan writes the Parquet of generated code, and others read its rows', () => {
  test.each(bundled)('for the sample data and %s', async (_, view) => {
    expect(await expectSame(view, linesOf(sampleDataDir, view))).toBeGreaterThan(0);
  });

  test(
    'for values of all kinds',
    async () => {
      const view = compileView({
        resource: 'Patient',
        select: [
          {
            column: [
              { name: 'id', path: 'id', type: 'id' },
              { name: 'active', path: 'active', type: 'boolean' },
              { name: 'birth', path: 'multipleBirth.ofType(integer)', type: 'integer' },
              { name: 'given', path: 'name.given', collection: true, type: 'string' },
              { name: 'ranks', path: 'telecom.rank', collection: true, type: 'positiveInt' },
              { name: 'named', path: 'name.family.exists()', type: 'boolean' },
              { name: 'score', path: "extension('http://x').value.ofType(decimal).first()", type: 'decimal' },
            ],
          },
        ],
      });
      const texts = ['', 'a', 'Zoë', '李小龍', '😀', 'a,"b"\n\\', '\u0001', 'x'.repeat(2000), '\ud800', '/'];
      const numbers = [
        '0',
        '-0',
        '1.10',
        '0.1',
        '1e3',
        '123456789012345678',
        '0.30000000000000004',
        '-7.5e-3',
      ];
      const lines = Array.from({ length: 12_000 }, (_, index) => {
        const text = JSON.stringify(texts[index % texts.length]);
        const score = numbers[index % numbers.length];
        const members = [
          `"id":"p${index}"`,
          ...(index % 3 === 0 ? [] : [`"active":${index % 2 === 0}`]),
          ...(index % 4 === 0 ? [] : [`"multipleBirthInteger":${(index * 7919) % 100_000}`]),
          ...(index % 5 === 0 ? [] : [`"name":[{"given":[${text},"b"]},{"family":${text},"given":["c"]}]`]),
          ...(index % 7 === 0 ? [] : [`"telecom":[{"rank":1},{},{"rank":${index % 50}}]`]),
          `"extension":[{"url":"http://x","valueDecimal":${score}}]`,
        ];
        return `{"resourceType":"Patient",${members.join(',')}}`;
      });
      expect(await expectSame(view, Buffer.from(lines.join('\n')))).toBeGreaterThan(10_000);
    },
    LONG,
  );
});

describeWithSynthea('with Synthea data', () => {
  test.each(bundled)(
    'others read the rows of %s from the Parquet of the scan',
    async (_, view) => {
      expect(await expectSame(view, linesOf(SYNTHEA, view))).toBeGreaterThan(0);
    },
    LONG,
  );
});
