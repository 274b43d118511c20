import { DuckDBInstance } from '@duckdb/node-api';
import { columnSqlType } from '@millrace/formats';
import { sqlTypeName } from '@millrace/viewdef';
import type { ViewColumn } from '@millrace/viewdef';

/** How many rows a Parquet file and an NDJSON file with the same columns do not have in common. */
export async function countDifferences(
  parquet: string,
  ndjson: string,
  columns: readonly ViewColumn[],
): Promise<{ readonly rows: number; readonly differences: number }> {
  const types = columns.map((column) => `${quoted(column.name)}: '${duckdbType(column)}'`).join(', ');
  const names = columns.map(({ name }) => `"${name.replaceAll('"', '""')}"`).join(', ');
  const left = `SELECT ${names} FROM read_parquet(${quoted(parquet)})`;
  const right = `SELECT ${names} FROM read_json(${quoted(ndjson)}, format = 'newline_delimited', columns = {${types}})`;
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  try {
    const result = await connection.runAndReadAll(
      `SELECT (SELECT count(*) FROM (${left})) AS rows,
              (SELECT count(*) FROM ((${left}) EXCEPT ALL (${right}))) +
              (SELECT count(*) FROM ((${right}) EXCEPT ALL (${left}))) AS differences`,
    );
    const [row] = result.getRowObjects();
    return { rows: Number(row?.['rows']), differences: Number(row?.['differences']) };
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

function duckdbType(column: ViewColumn): string {
  const name = sqlTypeName(columnSqlType(column));
  const plain = name === 'BINARY VARYING' ? 'BLOB' : name.replace('CHARACTER VARYING', 'VARCHAR');
  const type = plain === 'DOUBLE PRECISION' ? 'DOUBLE' : plain;
  return column.collection ? `${type}[]` : type;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
