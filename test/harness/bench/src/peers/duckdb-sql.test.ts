import { expect, it } from '@jest/globals';
import { bundledViews } from '@millrace/samples';
import { duckdbStatement } from './duckdb-sql.js';

it('every bundled view has been typed, with the columns of the view', async () => {
  for (const { name, view } of await bundledViews()) {
    const statement = duckdbStatement(name, 'in.ndjson', 'out.csv', 'csv') ?? '';
    for (const column of columnNames(view)) expect(statement).toMatch(new RegExp(`\\b${column}\\b`));
  }
});

it('quotes the paths, and leaves a view alone that nobody has typed', () => {
  const statement = duckdbStatement('condition_flat', "in'.ndjson", "o'ut.parquet", 'parquet');
  expect(statement).toContain("read_ndjson('in''.ndjson'");
  expect(statement).toContain("TO 'o''ut.parquet' (FORMAT parquet, COMPRESSION snappy)");
  expect(duckdbStatement('other', 'in', 'out', 'csv')).toBeUndefined();
});

interface Select {
  readonly column?: readonly { readonly name: string }[];
  readonly select?: readonly Select[];
  readonly unionAll?: readonly Select[];
}

function columnNames({ column = [], select = [], unionAll = [] }: Select): string[] {
  return [...column.map(({ name }) => name), ...[...select, ...unionAll].flatMap(columnNames)];
}
