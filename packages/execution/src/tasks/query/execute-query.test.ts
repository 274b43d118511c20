import { mkdtemp, readFile, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ExportRequest, Part, Plan } from '@millrace/export';
import { SqlEngineError, SqlFault } from '@millrace/sqlquery';
import type { SqlEngine, SqlRunRequest } from '@millrace/sqlquery';
import { ObjectChangedError } from '@millrace/storage';
import { createMemorySink } from '@millrace/storage/memory';
import type { ExecutionPorts } from '../../ports.js';
import { stepFault } from '../../steps/step-fault.js';
import { executeQuery } from './execute-query.js';
import { createQueries } from './queries.js';
import { openQueryFolder, sweepQueryFolders } from './query-folder.js';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'queries-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const VIEW = { id: 'r1', canonical: 'urn:p', columns: [{ name: 'id', type: 'VARCHAR' }] };
const REQUEST: ExportRequest = {
  schemaVersion: 1,
  id: 'e',
  tenant: 't',
  client: 'c',
  operation: 'sql-export',
  source: 's',
  format: 'csv',
  header: false,
  fhirVersion: 'R4',
  acceptedAt: '2026-11-28T00:00:00.000Z',
  subjects: [
    { kind: 'view', name: 'v', view: {} },
    { kind: 'sql', name: 'q', query: { sql: 'SELECT 1', names: { p: 'r1' } }, values: [], columns: [] },
  ],
  sql: { tables: [{ kind: 'view', ...VIEW, view: { resource: 'Patient' } }], views: [] },
};
const PLAN: Plan = {
  inputs: [],
  passes: [
    { resourceType: 'Patient', subjects: [2] },
    { resourceType: 'Patient', subjects: [0] },
    { resourceType: 'Library', subjects: [1] },
  ],
  stages: [
    [
      { kind: 'versions', pass: 0, input: 0, inputs: 1, bytes: 1, share: 0, shares: 1 },
      { kind: 'range', pass: 0, input: 0, start: 0, end: 1 },
      { kind: 'range', pass: 1, input: 0, start: 0, end: 1 },
    ],
    [{ kind: 'query', pass: 2 }],
  ],
  outputs: [{ stage: 0 }, { stage: 1 }],
  notices: [],
};

/** The store of an external table: its file is `abc`, and has the tag 1. */
const EXTERNAL = {
  async *stream(key: string, _range: unknown, version?: ObjectVersion): AsyncGenerator<Uint8Array> {
    if (version?.etag !== '1') throw new ObjectChangedError(key, { bytes: 3, etag: '0' }, 'tag 1');
    yield Buffer.from('abc');
  },
};
type ObjectVersion = { readonly bytes: number; readonly etag: string };

/** The request with an external table in place of that of its view. */
function overExternal(named: string, etag: string): ExportRequest {
  const { id, canonical, columns } = VIEW;
  const files = [{ key: 'k.parquet', bytes: 3, etag }];
  return {
    ...REQUEST,
    sql: { tables: [{ kind: 'external', id, canonical, columns, named, files }], views: [] },
  };
}

/** Executes the query of the plan by an engine over a store that has a table of two files. */
async function execute(
  run: SqlEngine['run'],
  stop = new AbortController().signal,
  request = REQUEST,
  { finishAtCut = new AbortController().signal, isTaken = false } = {},
) {
  const store = createMemorySink();
  const parts: Part[] = [];
  for (const [index, content] of ['one', 'two', 'other'].entries()) {
    await using upload = await store.open(`t/e/${content}`);
    await upload.write(Buffer.from(content));
    parts.push({ ...(await upload.commit()), subject: index < 2 ? 2 : 0, rows: 1 });
  }
  const superseded = { subject: 2, key: 't/e/superseded', rows: 0, bytes: 1, sha256: '', etag: '' };
  const ofSteps: Record<string, readonly Part[]> = {
    'shard-0': [superseded],
    'shard-1': parts.slice(0, 2),
    'shard-2': parts.slice(2),
  };
  const queries = createQueries({
    engine: { run },
    folder: root,
    limits: { memoryBytes: 1, temporaryBytes: 2, threads: 3, milliseconds: 4 },
    externalTable: (tenant, named) => (`${tenant} ${named}` === 't urn:ext' ? EXTERNAL : undefined),
    atOnce: { export: 1, run: 1 },
  });
  if (isTaken) await queries.turn('export', 't', stop);
  const ports = {
    store,
    queries,
    jobs: { parts: async (_: string, steps: readonly string[]) => steps.map((step) => ofSteps[step] ?? []) },
    settings: { limits: { partBytes: 9 }, output: { rows: 0, bytes: 7, files: 0 } },
  } as unknown as ExecutionPorts;
  const summary = await executeQuery(
    ports,
    {
      task: { kind: 'query', pass: 2 },
      lease: { exportId: 'e', step: 'shard-3', token: '1', nonce: 'n' },
      checkpoint: { cuts: 0, offset: 0 },
      request,
      plan: PLAN,
      stop,
      finishAtCut,
    },
    () => Promise.reject(new Error('a query has one cut')),
  );
  return { summary, store };
}

/** An engine that writes these parts. */
const writing =
  (...contents: readonly string[]): SqlEngine['run'] =>
  async ({ output }) => {
    const parts = contents.map((content, index) => {
      return { path: join(output.folder, `part-${index}`), rows: index + 1, bytes: content.length, content };
    });
    for (const { path, content } of parts) await writeFile(path, content);
    return { parts, columns: [], peakBytes: 0 };
  };

describe('a query', () => {
  test('gets its tables as local files in the order of their rows, and the limits of the worker and of the export', async () => {
    let seen: SqlRunRequest | undefined;
    const files: string[] = [];
    await execute(async (request, signal) => {
      seen = request;
      for (const path of request.files['r1'] ?? []) files.push(await readFile(path, 'utf8'));
      return writing('x')(request, signal);
    });
    expect(files).toEqual(['one', 'two']);
    expect(seen?.program).toMatchObject({ query: { sql: 'SELECT 1' } });
    expect(seen?.program.tables).toEqual([{ id: 'r1', columns: VIEW.columns }]);
    expect(seen?.output).toMatchObject({ format: 'csv', header: false, partBytes: 9 });
    expect(seen?.limits).toMatchObject({ memoryBytes: 1, temporaryBytes: 2, outputBytes: 7 });
  });

  test('gets the compression of the export, and for the footer its own name and that of the export', async () => {
    let seen: SqlRunRequest | undefined;
    const [view, sql] = REQUEST.subjects;
    const named = { ...(sql as ExportRequest['subjects'][number]), url: 'urn:q', version: '2' };
    const subjects = [view as ExportRequest['subjects'][number], named];
    const asked = { ...REQUEST, format: 'parquet', compression: 'zstd', subjects } as const;
    const run: SqlEngine['run'] = async (request, signal) => {
      seen = request;
      return writing('x')(request, signal);
    };
    await execute(run, undefined, asked);
    expect(seen?.output).toMatchObject({
      compression: 'zstd',
      footer: {
        'millrace.query.url': 'urn:q',
        'millrace.query.version': '2',
        'millrace.fhir.version': 'R4',
        'millrace.export.id': 'e',
      },
    });
  });

  test('ends its files as its client wishes', async () => {
    let seen: SqlRunRequest | undefined;
    const run: SqlEngine['run'] = async (request, signal) => {
      seen = request;
      return writing('x')(request, signal);
    };
    await execute(run, undefined, { ...REQUEST, partSize: { bytes: 5 } });
    expect(seen?.output.partBytes).toBe(5);
  });

  test('has its parts stored in gzip where the export asks for it, with the facts of their content', async () => {
    const { summary, store } = await execute(writing('a,b'), undefined, { ...REQUEST, compression: 'gzip' });
    expect(summary.last?.parts).toMatchObject([{ subject: 1, rows: 1, unpacked: { bytes: 3 } }]);
    const stored = (await store.read('t/e/shard-3/1-n/1.csv')) ?? new Uint8Array();
    expect(gunzipSync(stored).toString()).toBe('a,b');
  });

  test('gets the files of an external table from its own place', async () => {
    let content = '';
    const run: SqlEngine['run'] = async (request, signal) => {
      content = await readFile(request.files['r1']?.[0] ?? '', 'utf8');
      return writing('x')(request, signal);
    };
    await execute(run, undefined, overExternal('urn:ext', '1'));
    expect(content).toBe('abc');
  });

  test.each([
    ['was changed', overExternal('urn:ext', '0'), /urn:ext was changed after the export was accepted/],
    ['this worker does not know', overExternal('urn:other', '1'), /not in the configuration of this worker/],
  ])('fails for good where it needs an external table that %s', async (_, request, why) => {
    const failed = await execute(writing('x'), undefined, request).catch(stepFault);
    expect(failed).toMatchObject({
      retryable: false,
      failure: { code: 'conflict', diagnostics: expect.stringMatching(why) },
    });
  });

  test('stores the parts of the engine under its own attempt, and leaves no local file', async () => {
    const { summary, store } = await execute(writing('a,b', 'c'));
    expect(summary.last?.parts).toMatchObject([
      { subject: 1, key: 't/e/shard-3/1-n/1.csv', rows: 1, bytes: 3 },
      { subject: 1, key: 't/e/shard-3/1-n/2.csv', rows: 2, bytes: 1 },
    ]);
    expect(Buffer.from((await store.read('t/e/shard-3/1-n/1.csv')) ?? []).toString()).toBe('a,b');
    expect(await readdir(root)).toEqual([]);
  });

  test.each([
    [
      'a value that does not fit',
      new SqlFault('value', 'a value is no INTEGER', { statement: 'query', line: 3, column: 5 }),
      {
        status: 422,
        code: 'processing',
        diagnostics: 'the query failed: a value is no INTEGER (line 3, column 5)',
      },
      false,
    ],
    [
      'a limit',
      new SqlFault('too-costly', 'it took longer than 4 ms', { statement: 'query' }),
      { status: 422, code: 'too-costly', expression: ['subject[1]'] },
      false,
    ],
    [
      'the end of its process',
      new SqlEngineError('the process of the query ended'),
      { status: 500, diagnostics: 'the process of the query ended' },
      true,
    ],
    ['a full disk', Object.assign(new Error('no'), { code: 'ENOSPC' }), { status: 500 }, true],
  ])('that failed for %s fails its attempt with the reason', async (_, error, failure, retryable) => {
    const failed = execute(() => Promise.reject(error)).catch(stepFault);
    expect(await failed).toMatchObject({ failure, retryable });
    expect(await readdir(root)).toEqual([]);
  });

  test('that is stopped ends with the reason, whatever breaks by it', async () => {
    const stop = new AbortController();
    const running = execute(async () => {
      stop.abort(new Error('the lease was lost'));
      throw new SqlEngineError('interrupted');
    }, stop.signal);
    await expect(running).rejects.toThrow('the lease was lost');
  });

  test('that waits for its turn gives its place to other work, without a cut', async () => {
    const wanted = new AbortController();
    const neverRun = () => Promise.reject(new Error('it has no turn'));
    const waiting = execute(neverRun, undefined, REQUEST, { finishAtCut: wanted.signal, isTaken: true });
    wanted.abort();
    expect((await waiting).summary).toEqual({ engines: ['sql'] });
  });

  test('without any file is an error, and no output without rows', async () => {
    await expect(execute(writing())).rejects.toThrow('gave no file');
  });
});

describe('turns', () => {
  test('are given to no more queries than may run, to tenants in turn and to runs at once, and the wait of a stopped query ends', async () => {
    const none = {
      engine: { run: writing() },
      folder: root,
      limits: {} as SqlRunRequest['limits'],
      externalTable: () => undefined,
    };
    const { turn } = createQueries({ ...none, atOnce: { export: 1, run: 1 } });
    const never = new AbortController().signal;
    const stop = new AbortController();
    const order: string[] = [];
    const told = async (name: string, turned: Promise<Disposable>): Promise<Disposable> => {
      const given = await turned;
      order.push(name);
      return given;
    };
    const first = await turn('export', 'a', never);
    const stopped = turn('export', 'a', stop.signal);
    const third = told('third', turn('export', 'a', never));
    const fourth = told('fourth', turn('export', 'a', never));
    const other = told('other', turn('export', 'b', never));
    stop.abort(new Error('cancelled'));
    await expect(stopped).rejects.toThrow('cancelled');
    (await told('run', turn('run', 'a', never)))[Symbol.dispose]();
    order.push('first ends');
    first[Symbol.dispose]();
    (await third)[Symbol.dispose]();
    (await other)[Symbol.dispose]();
    (await fourth)[Symbol.dispose]();
    expect(order).toEqual(['run', 'first ends', 'third', 'other', 'fourth']);
  });
});

test('folders that a dead worker left are removed once nobody can use them', async () => {
  const left = await openQueryFolder(root);
  await using used = await openQueryFolder(root);
  const old = new Date(Date.now() - 10_000);
  for (const path of [left.tables, left.output, left.temporary, join(left.tables, '..')])
    await utimes(path, old, old);
  await sweepQueryFolders(root, 5_000);
  expect(await readdir(root)).toEqual([used.tables.split('/').at(-2)]);
});
