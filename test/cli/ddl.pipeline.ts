import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { millrace } from './millrace.js';

const PYTHON = process.env['TABLES_PYTHON'] ?? 'python3';
/** Runs the statements of its first argument, and prints the rows of the query in its second. */
const SCRIPT = `
import duckdb, json, sys
connection = duckdb.connect()
connection.execute(sys.argv[1])
print(json.dumps(connection.execute(sys.argv[2]).fetchall()))
`;
const VIEW = {
  resourceType: 'ViewDefinition',
  name: 'people',
  status: 'active',
  resource: 'Patient',
  select: [
    {
      column: [
        { name: 'id', path: 'id' },
        { name: 'code', path: 'identifier.first().value' },
        { name: 'given', path: 'name.given', collection: true },
      ],
    },
  ],
};
const GIVEN = ['Ann', 'a\\b\nc\td', 'with "quotes", and a comma', 'NULL', '[x]'];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-ddl-'));
  await mkdir(join(folder, 'data'));
  const patient = {
    resourceType: 'Patient',
    id: 'a',
    identifier: [{ value: '007' }],
    name: [{ given: GIVEN }],
  };
  await writeFile(join(folder, 'data', 'Patient.ndjson'), `${JSON.stringify(patient)}\n`);
  await writeFile(join(folder, 'people.json'), JSON.stringify(VIEW));
});
afterAll(() => rm(folder, { recursive: true }));

async function rowsOf(statements: string, query: string): Promise<unknown> {
  const { stdout } = await promisify(execFile)(PYTHON, ['-c', SCRIPT, statements, query]);
  return JSON.parse(stdout);
}

test.each(['csv', 'ndjson', 'parquet'])(
  'the newest DuckDB, and the one of dbt, read texts and lists of %s as they are',
  async (format) => {
    const view = join(folder, 'people.json');
    const out = join(folder, `people.${format}`);
    expect(
      await millrace('run', '--view', view, '--input', join(folder, 'data'), '--out', out),
    ).toMatchObject({ code: 0 });
    const ddl = async (dialect: string) =>
      (await millrace('sql', 'ddl', view, '--dialect', dialect, '--format', format, '--location', folder))
        .out;

    const wanted = [['a', '007', GIVEN]];
    expect(await rowsOf(await ddl('duckdb'), 'SELECT * FROM people')).toEqual(wanted);
    const place = /external_location: (.*)/.exec(await ddl('dbt'))?.[1];
    expect(await rowsOf('SELECT 1', `SELECT * FROM ${place}`)).toEqual(wanted);
  },
);
