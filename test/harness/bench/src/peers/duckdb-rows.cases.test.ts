import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { bundledViews, sampleDataDir } from '@millrace/samples';
import { compileView, createResourceParser, toJsonText } from '@millrace/viewdef';
import type { CompiledView } from '@millrace/viewdef';
import { findDuckdb } from './duckdb-peer.js';

const views = (await bundledViews()).map((view) => [view.name, view] as const);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-duckdb-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function linesOf(file: string): Promise<string[]> {
  return (await readFile(file, 'utf8')).split('\n').filter((line) => line !== '');
}

/** The rows of a view as JSON, in the order of their text. */
function rowsOf(view: CompiledView, lines: readonly string[]): string[] {
  const parse = createResourceParser([view]);
  const rows: string[] = [];
  for (const line of lines) {
    view.evaluate(parse(line), (row) => {
      const cells = view.columns.map(({ name }, index) => [name, row[index] ?? null] as const);
      rows.push(comparable(JSON.parse(toJsonText(Object.fromEntries(cells)))));
    });
  }
  return rows.toSorted();
}

/** JSON with the columns in the order of their names. A decimal may be read as text, so that it is kept as written. */
function comparable(row: unknown): string {
  const cells = Object.entries(row as Readonly<Record<string, unknown>>).map(([name, value]) => {
    const isNumber = typeof value === 'string' && /^-?\d+(\.\d+)?(e[-+]?\d+)?$/i.test(value);
    return [name, isNumber ? Number(value) : value] as const;
  });
  return JSON.stringify(cells.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

test.each(views)('the SQL that was typed for %s gives the rows of the view', async (name, bundled) => {
  const input = join(sampleDataDir, `${String(bundled.view['resource'])}.ndjson`);
  const output = join(folder, `${name}.ndjson`);
  const duckdb = await findDuckdb(1);
  if (!('run' in duckdb)) throw new Error(duckdb.absent);
  const run = await duckdb.run({ view: bundled, input, output, format: 'ndjson', threads: 1 });
  const read = (await linesOf(output)).map((line) => comparable(JSON.parse(line))).toSorted();
  const wanted = rowsOf(compileView(bundled.view), await linesOf(input));
  expect(run?.rows).toBe(wanted.length);
  expect(wanted.length).toBeGreaterThan(0);
  expect(read).toEqual(wanted);
});
