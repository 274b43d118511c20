import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { EngineFaultError, createEnginePool } from '@millrace/run';
import type { EnginePool, RangeSummary, RangeTask } from '@millrace/run';
import type { Cut, Failure } from '@millrace/export';
import { openSink, openSource } from '@millrace/storage';

const THREAD = new URL('../../services/worker/dist/engine-thread.js', import.meta.url);
const LIMIT_MS = 1500;

let root: string;
let pool: EnginePool;
let startPool: (viewMs: number) => EnginePool;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'millrace-limits-'));
  await mkdir(join(root, 'data'));
  const sink = { kind: 'file', root: join(root, 'out') } as const;
  const sources = [sourceConfig()];
  startPool = (viewMs) =>
    createEnginePool(1, {
      thread: THREAD,
      setup: { sources, sink, scanChecks: 'all' },
      sink: openSink(sink),
      stopGraceMs: 1000,
      maxHeapMb: 256,
      limits: { resourceMs: LIMIT_MS, viewMs },
    });
  pool = startPool(60_000);
});
afterEach(async () => {
  await pool[Symbol.asyncDispose]();
  await rm(root, { recursive: true });
});

const sourceConfig = () =>
  ({ kind: 'file', name: 'default', root: join(root, 'data'), fhirVersion: 'R4' }) as const;

type View = RangeTask['views'][number]['view'];

const column = (name: string, path: string) => ({ name, path });
const plain = { name: 'plain', resource: 'Patient', select: [{ column: [column('id', 'id')] }] };
const patient = (id: string, more: object = {}) => JSON.stringify({ resourceType: 'Patient', id, ...more });
const some = (from: number, count: number) =>
  Array.from({ length: count }, (_, at) => patient(`p${from + at}`, { birthDate: '1970-01-01' }));

interface Ran {
  readonly summary: RangeSummary;
  readonly cuts: readonly Cut[];
}

async function run(
  lines: readonly string[],
  views: readonly View[],
  more: Partial<RangeTask> = {},
): Promise<Ran> {
  await writeFile(join(root, 'data', 'Patient.ndjson'), `${lines.join('\n')}\n`);
  const [input] = await openSource(sourceConfig()).list('Patient');
  if (input === undefined) throw new Error('no input');
  const cuts: Cut[] = [];
  const task: RangeTask = {
    source: 'default',
    fhirVersion: 'R4',
    bases: [],
    resourceType: 'Patient',
    input,
    start: 0,
    end: input.bytes,
    from: 0,
    firstCut: 0,
    views: views.map((view, subject) => ({ subject, view })),
    engine: 'auto',
    format: 'ndjson',
    header: true,
    partPrefix: 'e/1/',
    malformedLines: 'fail',
    limits: { partBytes: 1e9, partRows: 1e9, inputBytes: 1e9, seconds: 1e9 },
    ...more,
  };
  const summary = await pool.run(task, {
    stop: new AbortController().signal,
    finishAtCut: new AbortController().signal,
    onCut: async (cut) => void cuts.push(cut),
  });
  if (summary.last) cuts.push(summary.last);
  return { summary, cuts };
}

async function failureOf(ran: Promise<unknown>): Promise<Failure> {
  const error = await ran.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof EngineFaultError)) throw new Error('the range did not fail', { cause: error });
  expect(error.fault.retryable).toBe(false);
  return error.fault.failure;
}

/** Backtracks without end on a text that almost matches. */
const catastrophic = column('family', "name.family.first().matches('^(a+)+$')");
const almost = { name: [{ family: `${'a'.repeat(60)}!` }] };
/** Billions of combinations, and not one row. */
const product = {
  name: 'product',
  resource: 'Patient',
  select: ['name', 'telecom', 'address', 'contact'].map((forEach) => ({
    forEach,
    column: [column(forEach, 'id')],
  })),
};
const wide = Object.fromEntries(
  ['name', 'telecom', 'address'].map((name) => [name, Array(4000).fill({ id: 'x' })]),
);

describe('a resource that is evaluated without end fails its export, and the thread goes on with others', () => {
  test('a regular expression, with the column and the position', async () => {
    const before = some(0, 20);
    const view = { ...plain, name: 'matching', select: [{ column: [column('id', 'id'), catastrophic] }] };
    const failure = await failureOf(run([...before, patient('slow', almost), ...some(20, 5)], [plain, view]));
    const offset = before.join('\n').length + 1;
    expect(failure).toEqual({
      status: 422,
      code: 'too-costly',
      diagnostics: `evaluating column "family" of the view "matching" on the resource at byte offset ${offset} of Patient.ndjson took longer than the 1.5 s that it may`,
      expression: ['subject[1]'],
    });
    expect((await run(some(0, 3), [plain])).summary.rows).toBe(3);
  });

  test.each(['scan', 'codegen', 'fhirpath'] as const)('a product without a row, on %s', async (engine) => {
    const before = some(0, 300);
    const failure = await failureOf(
      run([...before, patient('slow', wide), ...some(300, 9)], [product], { engine }),
    );
    const offset = before.join('\n').length + 1;
    expect(failure.code).toBe('too-costly');
    expect(failure.diagnostics).toContain(`the view "product" on the resource at byte offset ${offset} of`);
    expect((await run(some(0, 3), [plain], { engine })).summary.rows).toBe(3);
  });

  test('rows without end, before they fill the memory', async () => {
    const view = { ...product, select: product.select.slice(0, 3) };
    const failure = await failureOf(
      run([patient('slow', wide)], [view], {
        engine: 'codegen',
        limits: { partBytes: 1e6, partRows: 1e9, inputBytes: 1e9, seconds: 1e9 },
      }),
    );
    expect(failure.code).toBe('too-costly');
  });
});

describe('lines that the scan takes long for together', () => {
  /** All of them take longer than the limit on any machine, and each takes a small part of it. */
  const heavy = Array.from({ length: 60 }, (_, at) =>
    patient(
      `heavy${at}`,
      Object.fromEntries(['name', 'telecom', 'address'].map((name) => [name, Array(200).fill({ id: 'x' })])),
    ),
  );

  test('are evaluated one by one, after the cuts that were recorded, and lose no row', async () => {
    const lines = [...some(0, 3000), ...heavy, ...some(3000, 3000)];
    const rows = { ...plain, name: 'rows' };
    const { summary, cuts } = await run(lines, [rows, product], {
      limits: { partBytes: 1e9, partRows: 1000, inputBytes: 1e9, seconds: 1e9 },
    });
    expect(summary).toMatchObject({ resources: 6060, rows: 6060 });
    expect(cuts.map(({ cut }) => cut)).toEqual(cuts.map((_, at) => at));
    cuts.slice(1).forEach(({ from }, at) => expect(from).toBe(cuts[at]?.to));
    const keys = cuts.flatMap(({ parts }) => parts.map(({ key }) => key));
    // The first is from before the thread was ended, the last from after.
    expect([keys[0], keys.at(-1)]).toEqual([
      'e/1/1.ndjson',
      expect.stringMatching(/^e\/1\/(\d+-)+\d+\.ndjson$/),
    ]);
    const sink = openSink({ kind: 'file', root: join(root, 'out') });
    const texts: string[] = [];
    for (const key of keys) {
      texts.push(Buffer.from((await sink.read(key)) ?? []).toString());
    }
    const ids = texts
      .join('')
      .trim()
      .split('\n')
      .map((row) => (JSON.parse(row) as { id: string }).id);
    expect(ids).toEqual(lines.map((line) => (JSON.parse(line) as { id: string }).id));
  });
});

describe('a resource that is large but honest', () => {
  test('is evaluated, however many other ones there are', async () => {
    const name = Array.from({ length: 200_000 }, (_, at) => ({ family: `f${at}`, given: ['a', 'b'] }));
    const view = {
      name: 'names',
      resource: 'Patient',
      select: [{ forEach: 'name', column: [column('family', 'family')] }],
    };
    const { summary } = await run([...some(0, 10), patient('large', { name })], [view, plain]);
    expect(summary.rows).toBe(200_011);
  });
});

describe('views of which something is to be told', () => {
  const { signal: never } = new AbortController();
  const about = (views: readonly View[]): Parameters<EnginePool['describe']>[0] => ({
    fhirVersion: 'R4',
    bases: [],
    engine: 'auto',
    format: 'csv',
    views: views.map((view, subject) => ({ subject, view })),
  });

  test('are compiled on an engine thread', async () => {
    const outside = { ...plain, select: [{ column: [catastrophic, column('id', 'id')] }] };
    const facts = await pool.describe(about([plain, outside]), never);
    expect(facts.map(({ columns }) => columns.map(({ name }) => name))).toEqual([['id'], ['family', 'id']]);
    expect(facts[0]?.engine).toBe('scan');
    expect(facts[1]?.engine).not.toBe('scan');
  });

  test('fail their export when that takes too long, and the thread goes on with others', async () => {
    await using hasty = startPool(1000);
    const deep = Array.from({ length: 145 }, (_, at) =>
      column(`c${at}`, `${'(1+'.repeat(100)}${at}${')'.repeat(100)}`),
    );
    const costly = { ...plain, name: 'costly', select: [{ column: deep }] };
    const failure = await failureOf(hasty.describe(about([plain, costly]), never));
    expect(failure.diagnostics).toBe('compiling the view "costly" took longer than the 1 s that it may');
    expect(failure.expression).toEqual(['subject[1]']);
    expect(await hasty.describe(about([plain]), never)).toHaveLength(1);
  });
});
