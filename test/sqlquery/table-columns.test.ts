import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { expect, test } from '@jest/globals';
import { columnSqlType, createPartEncoder } from '@millrace/formats';
import { tableColumn } from '@millrace/sqlquery';
import { compileView, sqlTypeName } from '@millrace/viewdef';

const TAGS = [
  'BOOLEAN',
  'SMALLINT',
  'INTEGER',
  'BIGINT',
  'REAL',
  'DOUBLE PRECISION',
  'DECIMAL(9,2)',
  'DECIMAL(38,10)',
  'VARCHAR',
  'VARCHAR(20)',
  'VARBINARY',
  'DATE',
  'TIME',
  'TIMESTAMP',
  'TIMESTAMP WITH TIME ZONE',
];
const FHIR_TYPES = [
  'boolean',
  'integer',
  'decimal',
  'instant',
  'base64Binary',
  'date',
  'dateTime',
  'time',
  'string',
];

const { columns } = compileView(
  {
    resource: 'Patient',
    select: [
      {
        column: [
          ...TAGS.map((value, at) => ({ name: `t${at}`, path: "'x'", tag: [{ name: 'ansi/type', value }] })),
          ...FHIR_TYPES.map((type, at) => ({ name: `f${at}`, path: '{}', type })),
          { name: 'list', path: 'name.given', collection: true },
        ],
      },
    ],
  },
  { fhirVersion: 'R4', checks: 'lenient' },
);

test('the columns that SQL is analysed against are those that the engine reads from the files of a view', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'table-columns-'));
  const file = join(folder, 'rows.parquet');
  writeFileSync(file, createPartEncoder({ format: 'parquet', header: true }, columns).finish());
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  try {
    const reader = await connection.runAndReadAll(`DESCRIBE SELECT * FROM read_parquet('${file}')`);
    const read = reader.getRowObjects().map(({ column_name: name, column_type: type }) => ({ name, type }));
    const described = columns.map((column) =>
      tableColumn({
        name: column.name,
        collection: column.collection,
        sqlType: sqlTypeName(columnSqlType(column)),
      }),
    );
    expect(read).toEqual(described);
    expect(read).toHaveLength(TAGS.length + FHIR_TYPES.length + 1);
  } finally {
    connection.closeSync();
    instance.closeSync();
    rmSync(folder, { recursive: true });
  }
});
