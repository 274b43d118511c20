import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { blocksOf } from './document-blocks.js';

const root = resolve(import.meta.dirname, '../..');
const blocks = blocksOf('sql-engines.md');
const statementsFor = (engine: string): readonly string[] =>
  blocks
    .filter(({ language, name }) => language === 'sql' && name === engine)
    .flatMap(({ text }) => text.split(/;\n+/))
    .filter((text) => text.trim() !== '');

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-engines-'));
  const commands = blocks.filter(({ language }) => language === 'sh').map(({ text }) => text);
  const here = commands
    .join('\n')
    .replaceAll('npx millrace', `node ${join(root, 'packages/cli/bin/millrace.cjs')}`)
    .replaceAll('packages/samples', join(root, 'packages/samples'));
  await promisify(execFile)('sh', ['-euc', here], { cwd: folder });
}, 60_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

async function resources(type: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const text = await readFile(join(root, 'packages/samples/data', `${type}.ndjson`), 'utf8');
  return text
    .split('\n')
    .flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Record<string, unknown>]));
}

test('the statements for DuckDB give the rows of the resources', async () => {
  const database = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await database.connect();
  try {
    const statements = statementsFor('duckdb').map((text) =>
      text.replaceAll("'tables/", `'${folder}/tables/`),
    );
    const results = [];
    for (const statement of statements) results.push(await connection.runAndReadAll(statement));
    const rows = results.at(-1)?.getRowObjectsJson() ?? [];
    expect(rows).toEqual(await countedByHand());
    expect(rows.length).toBeGreaterThan(1);
  } finally {
    connection.closeSync();
    database.closeSync();
  }
});

test('the statements that the command line prints load the rows of the files', async () => {
  const database = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await database.connect();
  try {
    const text = await readFile(join(folder, 'tables/load.sql'), 'utf8');
    for (const statement of text.replaceAll("'tables/", `'${folder}/tables/`).trimEnd().split(';\n'))
      await connection.run(statement);
    const reader = await connection.runAndReadAll(
      'SELECT (SELECT count(*) FROM patient_demographics) AS loaded, (SELECT count(id) FROM condition_flat) > 0 AS others',
    );
    const patients = (await resources('Patient')).filter(({ name }) => Array.isArray(name));
    expect(reader.getRowObjectsJson()).toEqual([{ loaded: String(patients.length), others: true }]);
  } finally {
    connection.closeSync();
    database.closeSync();
  }
});

/** The same from the resources, as the views choose them: patients with a name, and active conditions. */
async function countedByHand(): Promise<readonly object[]> {
  const genders = new Map<unknown, string | null>();
  for (const patient of await resources('Patient'))
    if (Array.isArray(patient['name']))
      genders.set(`Patient/${String(patient['id'])}`, (patient['gender'] as string | undefined) ?? null);
  const counts = new Map<string | null, { conditions: number; patients: Set<string> }>();
  for (const condition of await resources('Condition')) {
    if (!JSON.stringify(condition['clinicalStatus'] ?? '').includes('"active"')) continue;
    const { reference = '' } = (condition['subject'] ?? {}) as { reference?: string };
    const gender = genders.get(reference);
    if (gender === undefined) continue;
    const count = counts.get(gender) ?? { conditions: 0, patients: new Set<string>() };
    count.conditions += 1;
    count.patients.add(reference);
    counts.set(gender, count);
  }
  return [...counts]
    .sort(([a], [b]) => ((a ?? '~') < (b ?? '~') ? -1 : 1))
    .map(([gender, { conditions, patients }]) => {
      return { gender, conditions: String(conditions), patients: String(patients.size) };
    });
}

test.each(['spark', 'trino'])(
  'the statements for %s name the columns and folders that there are',
  async (engine) => {
    const statements = statementsFor(engine);
    expect(statements).toHaveLength(2);
    const database = await DuckDBInstance.create(':memory:', { threads: '1' });
    const connection = await database.connect();
    try {
      for (const statement of statements) {
        const [, table = ''] = /s3a:\/\/lake\/(tables\/\w+)/.exec(statement) ?? [];
        const described = await connection.runAndReadAll(
          `DESCRIBE SELECT * FROM read_parquet('${join(folder, table)}/*.parquet')`,
        );
        const types = new Map(
          described.getRowObjectsJson().map((row) => [row['column_name'], row['column_type']] as const),
        );
        expect(types.size).toBeGreaterThan(0);
        const named = [...statement.matchAll(/\b(\w+) (varchar|boolean|integer)\b/g)];
        for (const [, column, type] of named)
          expect([column, types.get(column ?? '')]).toEqual([column, type?.toUpperCase()]);
      }
    } finally {
      connection.closeSync();
      database.closeSync();
    }
  },
);
