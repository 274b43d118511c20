import { describe, expect, test } from '@jest/globals';
import { exportRequest } from '@millrace/export';
import { SqlEngineError, SqlFault } from '@millrace/sqlquery';
import type { SqlEngine, SqlFaultKind, SqlPosition, SqlProgram } from '@millrace/sqlquery';
import type { ProtocolError } from '../errors/errors.js';
import { SQLQUERY_EXPORT, SQL_EXPORT } from '../operations/operations.js';
import { SQLQUERY_RUN, SQL_RUN } from '../operations/run-operations.js';
import { orderRun } from '../run/order-run.js';
import type { ResolveTerminology } from '../subjects/terminology.js';
import {
  body,
  exampleContext,
  inline,
  name,
  order,
  post,
  refusal,
  subject,
  view,
} from '../testing/kick-off-example.js';
import { library, needs } from '../testing/library-example.js';

const COLUMNS = [{ name: 'n', type: 'BIGINT' }];
const VARCHAR = [{ name: 'id', type: 'VARCHAR' }];

/** An engine that remembers the programs it was asked about. A statement with the word fault is at fault there. */
function engine(fault: SqlFaultKind = 'syntax', milliseconds = 1) {
  const asked: SqlProgram[] = [];
  const analyse: SqlEngine['analyse'] = async (program) => {
    asked.push(program);
    for (const { id, sql } of [...program.views, { id: 'query', ...program.query }]) {
      if (sql.includes('fault')) throw new SqlFault(fault, 'wrong here', position(id));
    }
    return { columns: COLUMNS, milliseconds };
  };
  return { asked, context: { ...exampleContext(), sql: { analyse } } };
}
const position = (statement: string): SqlPosition => ({ statement, line: 3, column: 8 });

const content = (sql: string) => [
  { contentType: 'application/sql', data: Buffer.from(sql).toString('base64') },
];
const query = (fields?: Readonly<Record<string, unknown>>) => library('sql-query', fields);
const sqlView = (fields?: Readonly<Record<string, unknown>>) => library('sql-view', fields);
const sql = (resource: unknown, ...more: readonly unknown[]): unknown =>
  subject({ name: 'subjectResource', resource }, ...more);
const context = (resource: unknown): unknown => ({ name: 'context', resource });
const values = (...parameter: readonly unknown[]): unknown => ({
  name: 'parameters',
  resource: { resourceType: 'Parameters', parameter },
});
const LEAST = { name: 'least', use: 'in', type: 'integer' };
const OF_BP = query({
  content: content('SELECT 1 FROM bp'),
  relatedArtifact: [needs('http://x.org/bp', 'bp')],
});
const OF_V = query({ content: content('SELECT 2 FROM v'), relatedArtifact: [needs('http://x.org/v', 'v')] });
const V_OF_BP = sqlView({
  url: 'http://x.org/v',
  content: content('SELECT * FROM p'),
  relatedArtifact: [needs('http://x.org/bp', 'p')],
});

describe('an accepted export of SQL', () => {
  test('has each relation once, and for each subject its statement, its values and its columns', async () => {
    const { context: checks, asked } = engine();
    const parameters = [
      sql(OF_BP, name('a')),
      sql(OF_V, name('b')),
      subject(inline(), name('c')),
      sql(query({ content: content('SELECT :least'), parameter: [LEAST] }), name('d')),
      context(V_OF_BP),
    ];
    const { subjects, sql: relations } = await order(SQL_EXPORT, 'system', post(body(...parameters)), checks);
    expect(subjects).toMatchObject([
      { kind: 'sql', name: 'a', query: { sql: 'SELECT 1 FROM bp', names: { bp: 'r1' } }, columns: COLUMNS },
      { kind: 'sql', name: 'b', query: { sql: 'SELECT 2 FROM v', names: { v: 'v1' } } },
      { kind: 'view', name: 'c' },
      { kind: 'sql', name: 'd', values: [{ name: 'least', type: 'integer', value: null }] },
    ]);
    expect(relations).toEqual({
      tables: [
        {
          kind: 'view',
          id: 'r1',
          canonical: 'http://x.org/bp|2',
          view: expect.objectContaining({ name: 'blood_pressure' }),
          columns: VARCHAR,
        },
      ],
      views: [{ id: 'v1', canonical: 'http://x.org/v', sql: 'SELECT * FROM p', names: { p: 'r1' } }],
    });
    const table = { id: 'r1', columns: VARCHAR };
    expect(asked.map(({ tables, views }) => [tables, views.length])).toEqual([
      [[table], 0],
      [[table], 1],
      [[], 0],
    ]);
  });

  test('has the compression that views have', async () => {
    const parquet = { name: '_format', valueCode: 'parquet' };
    const asked = post(body(sql(OF_BP), parquet, { name: 'compression', valueCode: 'zstd' }));
    const accepted = await order(SQL_EXPORT, 'system', asked, engine().context);
    expect(accepted).toMatchObject({ compression: 'zstd' });
  });

  test('as text has types in its tables, whose mismatches may become null', async () => {
    const asked = post(body(sql(OF_BP), { name: 'onMismatch', valueCode: 'null' }));
    const accepted = await order(SQL_EXPORT, 'system', asked, engine().context);
    expect(accepted).toMatchObject({ format: 'ndjson', onMismatch: 'null' });
  });

  test('has files that end by bytes, and not by rows', async () => {
    const asked = (name: string) => post(body(sql(OF_BP), { name, valueInteger: 1 << 20 }));
    const accepted = await order(SQL_EXPORT, 'system', asked('partBytes'), engine().context);
    expect(accepted).toMatchObject({ partSize: { bytes: 1 << 20 } });
    expect(await refusal(SQL_EXPORT, 'system', asked('partRows'), engine().context)).toEqual({
      status: 400,
      issues: ['not-supported partRows'],
    });
  });

  test('keeps the filter, and is a request whose relations are stored', async () => {
    const filtered = [sql(OF_BP), { name: 'patient', valueReference: { reference: 'Patient/1' } }];
    const accepted = await order(SQL_EXPORT, 'system', post(body(...filtered)), engine().context);
    const owner = { tenant: 't', client: 'c', id: 'e', acceptedAt: 0 };
    expect(exportRequest(accepted, owner)).toMatchObject({ filter: { patients: ['1'] }, sql: { views: [] } });
  });

  test('comes by $sqlquery-export too, with the views of a tableSource', async () => {
    const asked = { name: 'query', part: [{ name: 'queryResource', resource: OF_V }] };
    const table = { name: 'tableSource', resource: view({ url: 'http://x.org/v', version: '1' }) };
    const { sql: relations } = await order(
      SQLQUERY_EXPORT,
      'type',
      post(body(asked, table)),
      engine().context,
    );
    expect(relations?.tables).toMatchObject([{ canonical: 'http://x.org/v|1' }]);
  });
});

describe('a run of SQL', () => {
  test.each([
    ['$sql-run', SQL_RUN, 'subjectResource'],
    ['$sqlquery-run', SQLQUERY_RUN, 'queryResource'],
  ])('by %s has the program, the limit and the form of its rows', async (_, operation, form) => {
    const { context: checks } = engine();
    const asked = [
      {
        name: form,
        resource: query({
          content: content('SELECT :least FROM bp'),
          parameter: [LEAST],
          relatedArtifact: [needs('http://x.org/bp', 'bp')],
        }),
      },
      values({ name: 'least', valueInteger: 5 }),
      { name: '_limit', valueInteger: 2 },
      { name: '_format', valueCode: 'fhir' },
    ];
    expect(await orderRun(operation, 'system', post(body(...asked)), checks)).toMatchObject({
      kind: 'sql',
      subject: { values: [{ value: 5 }], query: { names: { bp: 'r1' } } },
      relations: { sql: { tables: [{ id: 'r1' }] } },
      form: { format: 'fhir' },
      limit: 2,
    });
  });

  test('looks up the patients of its filter before it begins', async () => {
    const asked = [
      { name: 'subjectResource', resource: OF_BP },
      { name: 'patient', valueReference: { reference: 'Patient/9' } },
    ];
    expect(await refusal(SQL_RUN, 'system', post(body(...asked)), engine().context)).toEqual({
      status: 400,
      issues: ['not-found patient'],
    });
  });
});

describe('SQL that analysis finds at fault', () => {
  const issuesOf = async (parameters: readonly unknown[], kind?: SqlFaultKind) =>
    order(SQL_EXPORT, 'system', post(body(...parameters)), engine(kind).context).then(
      () => [],
      ({ status, issues }: ProtocolError) =>
        issues.map(({ code, expression, diagnostics }) => [status, code, expression?.[0], diagnostics]),
    );
  const BROKEN = query({ content: content('fault') });

  test('is 422, with its attachment in the request and the place in its text, beside all other faults', async () => {
    expect(await issuesOf([sql(BROKEN, name('a')), sql(OF_BP, name('b')), sql(BROKEN, name('c'))])).toEqual([
      [422, 'invalid', 'subject[0].subjectResource.content[0].data', 'line 3, column 8: wrong here'],
      [422, 'invalid', 'subject[2].subjectResource.content[0].data', 'line 3, column 8: wrong here'],
    ]);
  });

  test('in a view of the request is told of that view', async () => {
    const broken = sqlView({ url: 'http://x.org/v', version: '3', content: content('fault') });
    expect(await issuesOf([sql(OF_V), context(broken)])).toEqual([
      [
        422,
        'invalid',
        'context[0].content[0].data',
        'in the SQLView "http://x.org/v|3": line 3, column 8: wrong here',
      ],
    ]);
  });

  test('is too costly where the engine says so', async () => {
    const [[status, code] = []] = await issuesOf([sql(BROKEN)], 'too-costly');
    expect([status, code]).toEqual([422, 'too-costly']);
  });

  test('is too costly where the analyses of all SQL take too long, for which no wait counts', async () => {
    const parameters = [sql(OF_BP, name('a')), sql(OF_BP, name('b')), sql(OF_BP, name('c'))];
    const { context: checks } = engine('syntax', 6000);
    const failed = order(SQL_EXPORT, 'system', post(body(...parameters)), checks);
    await expect(failed).rejects.toMatchObject({
      status: 422,
      issues: [{ code: 'too-costly', expression: ['subject[2].subjectResource'] }],
    });
  });

  test('is no fault of the client where the engine itself fails', async () => {
    const analyse: SqlEngine['analyse'] = () => Promise.reject(new SqlEngineError('a process ended'));
    const checks = { ...exampleContext(), sql: { analyse } };
    await expect(order(SQL_EXPORT, 'system', post(body(sql(OF_BP))), checks)).rejects.toThrow(
      'a process ended',
    );
  });

  test('is not analysed where a view that it stands on is at fault', async () => {
    const { context: checks, asked } = engine();
    const broken = view({ url: 'http://x.org/v', select: 1 });
    await expect(
      order(SQL_EXPORT, 'system', post(body(sql(OF_V), context(broken))), checks),
    ).rejects.toMatchObject({ status: 422 });
    expect(asked).toEqual([]);
  });
});

test('a view whose columns SQL cannot tell apart is no table', async () => {
  const column = (of: string) => ({ name: of, collection: false, sqlType: 'DATE' });
  const checkViews = () =>
    Promise.resolve([
      { faults: [], total: 0, warnings: [], warningsTotal: 0, columns: [column('id'), column('ID')] },
    ]);
  const checks = {
    ...engine().context,
    checkViews: async (views: readonly object[]) => (views.length === 0 ? [] : checkViews()),
  };
  const twice = [sql(OF_V), context(view({ url: 'http://x.org/v' }))];
  expect(await refusal(SQL_EXPORT, 'system', post(body(...twice)), checks)).toEqual({
    status: 422,
    issues: ['invalid context[0].select'],
  });
});

describe('terminology', () => {
  const OF_VS = query({ relatedArtifact: [needs('http://x.org/vs', 'vs')] });
  const asked: unknown[] = [];
  const terminology: ResolveTerminology = async (leaves) => {
    asked.push(...leaves.map(({ canonical, resource }) => [canonical.url, resource !== undefined]));
    return {
      faults: leaves
        .filter(({ canonical }) => canonical.url.endsWith('gone'))
        .map(({ canonical, subject: of }) => ({
          kind: 'missing',
          canonical,
          subject: of,
          diagnostics: 'gone',
        })),
      relations: leaves
        .filter(({ canonical }) => !canonical.url.endsWith('gone'))
        .map(({ canonical }) => ({
          canonical,
          kind: 'ValueSet',
          columns: VARCHAR,
          rows: 1,
          sha256: 'ab',
          parquet: Uint8Array.of(1, 2),
          provenance: { kind: 'ValueSet', canonical: canonical.url, source: 'stored', rows: 1 },
        })),
    };
  };
  const checks = () => {
    const { context: plain } = engine();
    return { ...plain, sql: { ...plain.sql, terminology } };
  };
  const VS = context({ resourceType: 'ValueSet', url: 'http://x.org/vs' });

  test('is resolved for what is here and for what is not, and its file goes with the order', async () => {
    asked.length = 0;
    const both = query({
      relatedArtifact: [needs('http://x.org/vs', 'a'), needs('http://x.org/far|1', 'b')],
    });
    const accepted = await order(SQL_EXPORT, 'system', post(body(sql(both), VS)), checks());
    expect(asked).toEqual([
      ['http://x.org/vs', true],
      ['http://x.org/far', false],
    ]);
    expect(accepted.sql?.tables).toMatchObject([
      { kind: 'rows', id: 'r1', canonical: 'http://x.org/vs', rows: 1, bytes: 2 },
      { kind: 'rows', id: 'r2', canonical: 'http://x.org/far|1' },
    ]);
    expect(accepted.files?.map(({ table }) => table)).toEqual(['r1', 'r2']);
    const owner = { tenant: 't', client: 'c', id: 'e', acceptedAt: 0 };
    expect(exportRequest(accepted, owner)).not.toHaveProperty('files');
  });

  test('is not asked for where the request has another fault', async () => {
    asked.length = 0;
    const faulty = [sql(OF_VS), VS, subject(inline({ select: 1 }))];
    expect(await refusal(SQL_EXPORT, 'system', post(body(...faulty)), checks())).toMatchObject({
      status: 422,
    });
    expect(asked).toEqual([]);
  });

  test('that nobody has is 404, and without a resolver it is not supported', async () => {
    const gone = query({ relatedArtifact: [needs('http://x.org/gone', 'v')] });
    expect(await refusal(SQL_EXPORT, 'system', post(body(sql(gone))), checks())).toEqual({
      status: 404,
      issues: ['not-found -'],
    });
    expect(await refusal(SQL_EXPORT, 'system', post(body(sql(OF_VS), VS)), engine().context)).toEqual({
      status: 400,
      issues: ['not-supported context[0]'],
    });
  });
});
