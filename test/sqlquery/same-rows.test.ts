import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sampleViewsDir } from '@millrace/samples';
import { createDuckDbEngine } from '@millrace/sqlquery';
import type { SqlColumn } from '@millrace/sqlquery';
import { millrace } from '../cli/millrace.js';
import { SYNTHEA, describeWithSynthea } from '../synthea.js';

const VIEWS = [
  'patient_demographics',
  'observation_flat',
  'condition_flat',
  'encounter_flat',
  'patient_addresses',
];

/** Each of them names the views by their names, here and in DuckDB by hand. */
const QUERIES: Readonly<Record<string, string>> = {
  'a join of three views with an aggregate': `
    SELECT p.gender, c.code, count(DISTINCT p.id) AS patients, count(*) AS observations, round(avg(o.value), 6) AS mean
    FROM patient_demographics p
    JOIN observation_flat o ON o.patient_id = p.id
    JOIN condition_flat c ON c.patient_id = p.id
    WHERE o.value IS NOT NULL
    GROUP BY p.gender, c.code HAVING count(*) > 5
    ORDER BY ALL`,
  'a semi-join and an anti-join': `
    SELECT p.id, p.birth_date FROM patient_demographics p
    WHERE EXISTS (SELECT 1 FROM condition_flat c WHERE c.patient_id = p.id)
      AND NOT EXISTS (SELECT 1 FROM observation_flat o WHERE o.patient_id = p.id AND o.value > 400)
    ORDER BY ALL`,
  'a left join that keeps every row': `
    SELECT p.id, count(e.id) AS encounters FROM patient_demographics p
    LEFT JOIN encounter_flat e ON e.patient_id = p.id AND e.id LIKE 'a%' GROUP BY p.id ORDER BY ALL`,
  'window functions': `
    SELECT id, patient_id, value, row_number() OVER w AS place, lag(value) OVER w AS before,
      round(avg(value) OVER (PARTITION BY patient_id, code ORDER BY effective, id ROWS 2 PRECEDING), 6) AS moving
    FROM observation_flat WHERE value IS NOT NULL
    WINDOW w AS (PARTITION BY patient_id, code ORDER BY effective, id)
    QUALIFY place <= 3 ORDER BY ALL`,
  'dates and decimals': `
    SELECT id, CAST(birth_date AS DATE) AS born, CAST(birth_date AS DATE) + INTERVAL 18 YEAR AS adult,
      date_diff('day', CAST(birth_date AS DATE), DATE '2024-02-29') AS days, CAST(strftime(CAST(birth_date AS DATE), '%j') AS INTEGER) / 365.25 AS part,
      CAST(1.10 AS DECIMAL(10,4)) * date_part('day', CAST(birth_date AS DATE)) AS exact
    FROM patient_demographics WHERE birth_date IS NOT NULL ORDER BY ALL`,
  lists: `
    SELECT patient_id, list(DISTINCT code ORDER BY code) AS codes, list_filter(list(value ORDER BY value), lambda v: v > 100) AS high
    FROM observation_flat GROUP BY patient_id ORDER BY ALL`,
  'common table expressions': `
    WITH latest AS (SELECT patient_id, code, max_by(value, effective || id) AS value FROM observation_flat WHERE value IS NOT NULL GROUP BY ALL),
      ranked AS (SELECT *, rank() OVER (PARTITION BY code ORDER BY value DESC, patient_id) AS place FROM latest)
    SELECT * FROM ranked WHERE place <= 2 ORDER BY ALL`,
};

describeWithSynthea('SQL over views of public data', () => {
  let folder = '';
  let tables: { readonly id: string; readonly columns: readonly SqlColumn[] }[] = [];
  const engine = createDuckDbEngine({
    analysts: 1,
    runners: 1,
    analysisMs: 20_000,
    mostWaiting: 10,
    patienceMs: 60_000,
  });
  const database = DuckDBInstance.create(':memory:', { threads: '2' });
  const fileOf = (view: string): string => join(folder, `${view}.parquet`);

  async function byHand(sql: string): Promise<readonly Record<string, unknown>[]> {
    const connection = await (await database).connect();
    try {
      return (await connection.runAndReadAll(sql)).getRowObjectsJson();
    } finally {
      connection.closeSync();
    }
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'millrace-rows-'));
    for (const view of VIEWS) {
      const { code, err } = await millrace(
        'run',
        '--view',
        join(sampleViewsDir, `${view}.json`),
        '--input',
        SYNTHEA,
        '--format',
        'parquet',
        '--out',
        fileOf(view),
      );
      expect([code, err]).toEqual([0, expect.anything()]);
      await byHand(`CREATE VIEW ${view} AS FROM read_parquet('${fileOf(view)}')`);
    }
    tables = await Promise.all(
      VIEWS.map(async (id) => ({
        id,
        columns: (await byHand(`DESCRIBE ${id}`)).map((row) => ({
          name: String(row['column_name']),
          type: String(row['column_type']),
        })),
      })),
    );
  });
  afterAll(async () => {
    await engine.close();
    (await database).closeSync();
    await rm(folder, { recursive: true, force: true });
  });

  test.each(Object.entries(QUERIES))('%s: the rows of DuckDB by hand', async (_, sql) => {
    const output = await mkdtemp(join(folder, 'out-'));
    const temporaryFolder = await mkdtemp(join(folder, 'tmp-'));
    const program = {
      tables,
      views: [],
      query: { sql, names: Object.fromEntries(VIEWS.map((view) => [view, view])) },
      values: [],
    };
    const { columns } = await engine.analyse(program);
    const result = await engine.run(
      {
        tenant: 'default',
        program,
        files: Object.fromEntries(VIEWS.map((view) => [view, [fileOf(view)]])),
        output: { folder: output, format: 'parquet', header: true, partBytes: 1e9 },
        temporaryFolder,
        limits: {
          memoryBytes: 512 << 20,
          temporaryBytes: 1e9,
          threads: 2,
          milliseconds: 60_000,
          outputBytes: 1e9,
        },
      },
      new AbortController().signal,
    );
    expect(result.columns).toEqual(columns);
    const [part] = result.parts;
    const ran = await byHand(`FROM read_parquet('${part?.path ?? ''}')`);
    const expected = await byHand(sql);
    expect(expected.length).toBeGreaterThan(0);
    expect(part?.rows).toBe(expected.length);
    expect(ran).toEqual(expected);
    expect((await readFile(part?.path ?? '')).subarray(0, 4).toString()).toBe('PAR1');
  });
});
