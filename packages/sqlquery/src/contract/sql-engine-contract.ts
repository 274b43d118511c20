import { mkdtemp, readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type {
  BoundValue,
  SqlColumn,
  SqlEngine,
  SqlFormat,
  SqlLimits,
  SqlOutput,
  SqlProgram,
  SqlRunRequest,
  SqlRunResult,
} from '../engine/sql-engine.js';
import { SqlFault } from '../engine/sql-fault.js';
import { numbersIn } from './numbers-in.js';

/** A column of a fixture: one value a row. */
export interface FixtureColumn extends SqlColumn {
  readonly values: readonly (string | number | boolean | null)[];
}

export interface EngineUnderTest {
  readonly engine: SqlEngine;
  /** An empty folder, which the caller removes. */
  readonly folder: string;
  /** Writes a Parquet file. */
  writeParquet(path: string, columns: readonly FixtureColumn[]): Promise<void>;
}

const LIMITS: SqlLimits = {
  memoryBytes: 256 << 20,
  temporaryBytes: 1 << 30,
  threads: 2,
  milliseconds: 60_000,
  outputBytes: 1 << 30,
};

const PATIENTS: readonly FixtureColumn[] = [
  { name: 'id', type: 'VARCHAR', values: ['a', 'b', 'c', 'd'] },
  { name: 'born', type: 'VARCHAR', values: ['1980-05', '1990-01-31', null, '2001-12-24'] },
];
const OBSERVATIONS: readonly FixtureColumn[] = [
  { name: 'patient', type: 'VARCHAR', values: ['a', 'a', 'b', 'x'] },
  { name: 'score', type: 'INTEGER', values: [1, 2, 40, 7] },
];

/** The promises of every engine. `make` gives one that the suite closes. */
export function describeSqlEngine(name: string, make: () => Promise<EngineUnderTest>): void {
  describe(`SQL engine: ${name}`, () => {
    let under: EngineUnderTest;
    let files: Record<string, readonly string[]>;
    beforeAll(async () => {
      under = await make();
      files = {
        r1: [join(under.folder, 'patients.parquet')],
        r2: [join(under.folder, 'observations.parquet')],
      };
      await under.writeParquet(join(under.folder, 'patients.parquet'), PATIENTS);
      await under.writeParquet(join(under.folder, 'observations.parquet'), OBSERVATIONS);
    });
    afterAll(() => under.engine.close());

    const program = (sql: string, more: Partial<SqlProgram> = {}): SqlProgram => ({
      tables: [
        { id: 'r1', columns: PATIENTS.map(({ name: column, type }) => ({ name: column, type })) },
        { id: 'r2', columns: OBSERVATIONS.map(({ name: column, type }) => ({ name: column, type })) },
      ],
      views: [],
      query: { sql, names: { patient: 'r1', score: 'r2' } },
      values: [],
      ...more,
    });
    const analyse = (sql: string, more?: Partial<SqlProgram>, format?: SqlFormat) =>
      under.engine.analyse(program(sql, more), format === undefined ? {} : { format });

    interface Ran extends SqlRunResult {
      readonly folder: string;
      readonly temporaryFolder: string;
      readonly texts: readonly string[];
    }
    async function run(
      given: string | SqlProgram,
      output: Partial<SqlOutput> = {},
      limits: Partial<SqlLimits> = {},
      signal: AbortSignal = new AbortController().signal,
      of: SqlRunRequest['files'] = files,
    ): Promise<Ran> {
      const folder = await mkdtemp(join(under.folder, 'out-'));
      const temporaryFolder = await mkdtemp(join(under.folder, 'tmp-'));
      const result = await under.engine.run(
        {
          tenant: 'default',
          program: typeof given === 'string' ? program(given) : given,
          files: of,
          output: { folder, format: 'csv', header: true, partBytes: Number.POSITIVE_INFINITY, ...output },
          temporaryFolder,
          limits: { ...LIMITS, ...limits },
        },
        signal,
      );
      const texts = await Promise.all(result.parts.map(({ path }) => readFile(path, 'utf8')));
      return { ...result, folder, temporaryFolder, texts };
    }
    const faultOf = async (work: Promise<unknown>): Promise<SqlFault> => {
      const error = await work.then(
        () => undefined,
        (reason: unknown) => reason,
      );
      expect(error).toBeInstanceOf(SqlFault);
      return error as SqlFault;
    };

    describe('an analysis', () => {
      it('gives the columns of the query as its output has them, without data', async () => {
        const { columns } = await analyse(
          'SELECT id, count(*) AS n, sum(score) AS s FROM patient JOIN score ON id = patient GROUP BY id',
        );
        expect(columns).toEqual([
          { name: 'id', type: 'VARCHAR' },
          { name: 'n', type: 'BIGINT' },
          { name: 's', type: 'BIGINT' },
        ]);
      });

      it.each([
        ['syntax', 'SELECT\n  id\nFRM patient x', 3, 5],
        ['unknown-table', 'SELECT id\nFROM patients', 2, 6],
        ['unknown-table', 'SELECT * FROM r1', 1, 15],
        ['unknown-column', 'SELECT id,\n  nam FROM patient', 2, 3],
        ['unknown-column', "SELECT 'é', nam FROM patient", 1, 13],
        ['forbidden', "SELECT 'é', user FROM patient", 1, 13],
        ['not-a-select', '-- remove all\n  DELETE FROM patient', 2, 3],
        ['not-a-select', "SELECT ';' AS a; -- one;\n SELECT 2", 2, 2],
        ['not-a-select', ' -- nothing', undefined, undefined],
        ['syntax', "SELECT '\0' AS a", 1, 9],
        ['syntax', 'SELECT 1 AS a;\u200b', 1, 14],
        ['parameter', 'SELECT id FROM patient\nWHERE id = :id', 2, 12],
        ['parameter', 'SELECT id FROM patient WHERE id = $id', 1, 35],
        ['type', 'SELECT id AS x, born AS X FROM patient', undefined, undefined],
      ] as const)('says %s and where: %s', async (kind, sql, line, column) => {
        const fault = await faultOf(analyse(sql));
        expect({ kind: fault.kind, ...fault.position }).toEqual({
          kind,
          statement: 'query',
          ...(line === undefined ? {} : { line, column }),
        });
        expect(fault.message).not.toMatch(/millrace|\n/);
      });

      it('says which view is at fault', async () => {
        const views = [{ id: 'v1', sql: 'SELECT id, wrong FROM people', names: { people: 'r1' } }];
        const fault = await faultOf(analyse('SELECT 1 AS one', { views }));
        expect([fault.kind, fault.position]).toEqual([
          'unknown-column',
          { statement: 'v1', line: 1, column: 12 },
        ]);
      });

      it('refuses a column that has no form in the format', async () => {
        const list = 'SELECT [id] AS ids FROM patient';
        expect((await faultOf(analyse(list, {}, 'fhir'))).kind).toBe('type');
        expect((await analyse(list, {}, 'ndjson')).columns).toEqual([{ name: 'ids', type: 'VARCHAR[]' }]);
        for (const sql of ["INTERVAL '1' DAY", "CAST('2026-01-02 03:04:05.123456789' AS TIMESTAMP_NS)"]) {
          expect((await faultOf(analyse(`SELECT ${sql} AS i FROM patient`))).kind).toBe('type');
        }
      });

      it('has its own time, which is told', async () => {
        expect((await analyse('SELECT id FROM patient')).milliseconds).toBeGreaterThan(0);
        const sql = `SELECT t0.id FROM ${Array.from({ length: 60 }, (_, at) => `patient t${at}`).join(', ')}`;
        const late = under.engine.analyse(program(sql), { milliseconds: 0 });
        expect((await faultOf(late)).kind).toBe('too-costly');
      });
    });

    describe('a run', () => {
      it('joins tables and keeps the order of the query', async () => {
        const sql =
          'SELECT p.id, s.score FROM patient p LEFT JOIN score s ON s.patient = p.id ORDER BY p.id DESC, s.score DESC;';
        const { texts, parts, columns } = await run(sql);
        expect(texts).toEqual(['id,score\nd,\nc,\nb,40\na,2\na,1\n']);
        expect(parts.map(({ rows, bytes }) => [rows, bytes])).toEqual([[5, texts[0]?.length]]);
        expect(columns).toEqual([
          { name: 'id', type: 'VARCHAR' },
          { name: 'score', type: 'INTEGER' },
        ]);
      });

      it('has views, and a label means what its own statement says', async () => {
        const views = [
          { id: 'v1', sql: "SELECT id AS x FROM t WHERE id <> 'd' -- comment", names: { t: 'r1' } },
          {
            id: 'v2',
            sql: 'WITH s AS (SELECT patient, sum(score) AS x FROM t GROUP BY patient) SELECT s.x FROM s JOIN before b ON b.x = s.patient',
            names: { t: 'r2', before: 'v1' },
          },
        ];
        const query = { sql: 'SELECT x FROM T ORDER BY x', names: { t: 'v2' } };
        expect((await run(program('', { views, query }), { header: false })).texts).toEqual(['3\n40\n']);
      });

      it.each([
        ['csv', true, 'id\n'],
        ['csv', false, ''],
        ['ndjson', true, ''],
        ['json', true, '[]'],
        ['fhir', true, '{"resourceType":"Parameters"}'],
      ] as const)('writes one part without rows: %s, header %s', async (format, header, text) => {
        const { texts, parts } = await run("SELECT id FROM patient WHERE id = 'z'", { format, header });
        expect([texts, parts[0]?.rows]).toEqual([[text], 0]);
      });

      it('takes a table without files for an empty one', async () => {
        const sql = 'SELECT count(*) AS n FROM patient';
        const { texts } = await run(sql, { format: 'ndjson' }, {}, undefined, { r2: files['r2'] ?? [] });
        expect(texts).toEqual(['{"n":0}\n']);
      });

      it.each(['csv', 'ndjson', 'json', 'fhir', 'parquet'] as const)(
        'splits %s by size into complete files in the order of the rows',
        async (format) => {
          const sql =
            "SELECT i AS n, 'line' || chr(10) || '\"two\"' AS text FROM range(250000) t(i) ORDER BY i DESC";
          const { parts, texts, folder } = await run(sql, { format, partBytes: 500_000 });
          expect(parts.length).toBeGreaterThan(1);
          expect(parts.reduce((sum, { rows }) => sum + rows, 0)).toBe(250_000);
          expect((await readdir(folder)).length).toBe(parts.length);
          let next = 249_999;
          for (const [at, text] of texts.entries()) {
            const numbers = format === 'parquet' ? undefined : numbersIn(text, format);
            if (numbers === undefined) continue;
            expect(numbers.length).toBe(parts[at]?.rows);
            for (const number of numbers) {
              if (number !== next) throw new Error(`expected ${next}, found ${number}`);
              next -= 1;
            }
          }
          expect(next).toBe(format === 'parquet' ? 249_999 : -1);
        },
      );

      it('stops behind a number of rows, the first ones', async () => {
        const { texts, parts } = await run('SELECT id FROM patient ORDER BY id DESC', {
          rows: 2,
          header: false,
        });
        expect([texts, parts[0]?.rows]).toEqual([['d\nc\n'], 2]);
      });

      it('leaves its temporary folder empty and nothing but parts in the other', async () => {
        const { temporaryFolder, folder } = await run(
          'SELECT * FROM range(1000000) t(i) ORDER BY hash(i)',
          {},
          { memoryBytes: 32 << 20, threads: 1 },
        );
        expect(await readdir(temporaryFolder)).toEqual([]);
        expect(await readdir(folder)).toEqual(['part-0.csv']);
      });

      it('names no value of the data in a fault', async () => {
        const fault = await faultOf(run('SELECT CAST(born AS INTEGER) AS n FROM patient'));
        expect([fault.kind, fault.message]).toEqual(['value', 'a value cannot be converted to INT32']);
      });
    });

    describe('values', () => {
      const value = (name: string, type: string, given: BoundValue['value']): BoundValue => ({
        name,
        type,
        value: given,
      });

      it('are bound with the types of their parameters', async () => {
        const values = [
          value('s', 'string', 'it\'s; -- "x" :n $s'),
          value('n', 'integer', 3),
          value('big', 'integer64', '9007199254740993'),
          value('d', 'decimal', '1.10'),
          value('yes', 'boolean', true),
          value('day', 'date', '2024-02-29'),
          value('at', 'instant', '2024-02-29T12:00:00+02:00'),
          value('none', 'string', null),
        ];
        const sql =
          'SELECT :s AS s, :n + 1 AS n, :big AS big, :d AS d, :yes AS yes, CAST(:day AS DATE) + 1 AS day, CAST(:at AS TIMESTAMPTZ) AS at, :none AS none';
        const { texts, columns } = await run(program(sql, { values }), { format: 'ndjson' });
        expect(texts).toEqual([
          `${JSON.stringify({ s: 'it\'s; -- "x" :n $s', n: 4 }).slice(0, -1)},"big":9007199254740993,"d":1.10,"yes":true,"day":"2024-03-01","at":"2024-02-29T10:00:00Z","none":null}\n`,
        ]);
        expect(columns.map(({ type }) => type)).toEqual([
          'VARCHAR',
          'INTEGER',
          'BIGINT',
          'DECIMAL(3,2)',
          'BOOLEAN',
          'DATE',
          'TIMESTAMP WITH TIME ZONE',
          'VARCHAR',
        ]);
      });

      it('of dates compare with text and with dates', async () => {
        const values = [value('from', 'date', '1985-01-01'), value('most', 'integer', 1)];
        const sql =
          "SELECT id FROM patient WHERE born >= :from AND DATE '1990-01-01' > :from ORDER BY id LIMIT :most";
        expect((await run(program(sql, { values }), { header: false })).texts).toEqual(['b\n']);
        const week =
          "SELECT :from - INTERVAL 7 DAY AS a, CAST(born AS DATE) > :from - INTERVAL 7 DAY AS b FROM patient WHERE id = 'b'";
        expect((await run(program(week, { values }), { format: 'ndjson' })).texts).toEqual([
          '{"a":"1984-12-25T00:00:00","b":true}\n',
        ]);
      });

      it('of moments compare as moments, and text beside one needs a cast', async () => {
        const values = [
          value('early', 'dateTime', '2024-02-29T01:00:00+02:00'),
          value('late', 'instant', '2024-02-28T23:30:00Z'),
          value('day', 'date', '2024-02-29'),
        ];
        const texts = "(VALUES ('2024-02-29T01:15:00+02:00'), ('2024-02-28T23:45:00Z')) AS v(x)";
        const sql = `SELECT :early < :late AS a, :late > :early AS b, :day > :late AS c,
          (SELECT count(*) FROM ${texts} WHERE CAST(x AS TIMESTAMPTZ) < :late) AS n`;
        const ran = await run(program(sql, { values }), { format: 'ndjson' });
        expect(ran.texts).toEqual(['{"a":true,"b":true,"c":true,"n":1}\n']);
        const fault = await faultOf(analyse(`SELECT x FROM ${texts} WHERE x < :late`, { values }));
        expect([fault.kind, fault.message]).toEqual(['type', expect.stringContaining('explicit cast')]);
      });

      it('have names in which case counts', async () => {
        const values = [value('x', 'integer', 1), value('X', 'integer', 2), value('x_1', 'integer', 3)];
        const { texts } = await run(program('SELECT :x AS a, :X AS b, :x_1 AS c, :x AS d', { values }));
        expect(texts).toEqual(['a,b,c,d\n1,2,3,1\n']);
      });

      it('are not found in literals, quoted names, comments, casts, slices and structs', async () => {
        const values = [value('id', 'string', 'b'), value('INTEGER', 'string', 'x')];
        const sql = `SELECT ':id' AS a, $é$:id$é$ AS b, /* :id /* :id */ */ '1'::INTEGER AS c, -- :id
          "id" AS ":id", e'\\':id' AS d, {'k':id} AS s, [1, 2, 3][1:2] AS l FROM patient WHERE id=:id`;
        const { texts } = await run(program(sql, { values }), { format: 'ndjson' });
        expect(texts).toEqual([
          '{"a":":id","b":":id","c":1,":id":"b","d":"\':id","s":{"k":"b"},"l":[1,2]}\n',
        ]);
      });

      it('that are of another type are a fault without their text', async () => {
        const fault = await faultOf(
          run(program('SELECT :day AS d', { values: [value('day', 'date', '2024-13-77')] })),
        );
        expect([fault.kind, fault.message.includes('13')]).toEqual(['value', false]);
      });
    });

    describe('limits', () => {
      it.each([
        [
          'time',
          'SELECT count(*) AS n FROM range(10000000000000) t(i) WHERE hash(i) = 7',
          { milliseconds: 1000 },
        ],
        ['memory', 'SELECT list(hash(i)) AS l FROM range(100000000) t(i)', { memoryBytes: 64 << 20 }],
        [
          'temporary files',
          'SELECT i FROM range(50000000) t(i) ORDER BY hash(i)',
          { memoryBytes: 64 << 20, temporaryBytes: 16 << 20, threads: 1 },
        ],
        ['output', 'SELECT i FROM range(100000000000) t(i)', { outputBytes: 5_000_000 }],
      ] as const)('of %s end a run as too costly', async (_, sql, limits) => {
        expect((await faultOf(run(sql, {}, limits))).kind).toBe('too-costly');
      });

      it('of the caller end a run with the reason of the signal, and its temporary files go', async () => {
        const stop = new AbortController();
        const temporaryFolder = await mkdtemp(join(under.folder, 'tmp-'));
        const running = under.engine.run(
          {
            tenant: 'default',
            program: program('SELECT i FROM range(200000000) t(i) ORDER BY hash(i)'),
            files,
            output: {
              folder: await mkdtemp(join(under.folder, 'out-')),
              format: 'csv',
              header: true,
              partBytes: 1e9,
            },
            temporaryFolder,
            limits: { ...LIMITS, memoryBytes: 64 << 20, threads: 1 },
          },
          stop.signal,
        );
        running.catch(() => undefined);
        while ((await readdir(temporaryFolder)).length === 0)
          await new Promise((resolve) => setImmediate(resolve));
        stop.abort(new Error('cancelled'));
        await expect(running).rejects.toThrow('cancelled');
        expect(await readdir(temporaryFolder)).toEqual([]);
      });
    });
  });
}
