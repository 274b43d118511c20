import { expect, test } from '@jest/globals';
import { MAX_VIEWS_PER_PASS } from '@millrace/export';
import type { Source } from '@millrace/storage';
import { compileView } from '@millrace/viewdef';
import { parquetReadObjects } from 'hyparquet';
import { createContentSource, inputsOfContent } from './plan/content-source.js';
import { inputsOf } from './plan/range-inputs.js';
import type { RangeInputs } from './plan/range-inputs.js';
import { runView } from './run-order.js';
import type { RowSink, RunOrder } from './run-order.js';
import { runViews } from './run-views.js';
import { poolHere } from './testing/pool-here.js';
import { ids, names, patient, source } from './testing/run-range.js';

const NEVER = new AbortController().signal;

interface Written extends RowSink {
  readonly chunks: Uint8Array[];
  end: 'open' | 'committed' | 'aborted';
}

function sink(): Written {
  const written: Written = {
    chunks: [],
    end: 'open',
    write: async (chunk) => void written.chunks.push(new Uint8Array(chunk)),
    commit: async () => void (written.end = 'committed'),
    abort: async () => void (written.end = 'aborted'),
  };
  return written;
}

async function run(
  from: Source,
  views: readonly Readonly<Record<string, unknown>>[],
  more: Partial<RunOrder> = {},
) {
  const sinks = views.map(sink);
  const order: RunOrder = {
    views: views.map((view) => runView(view, compileView(view))),
    inputs: inputsOf(from),
    fhirVersion: 'R4',
    bases: [],
    engine: 'auto',
    format: 'csv',
    header: true,
    malformedLines: 'fail',
    limits: { rangesAtOnce: 2, waitingBytes: 1e9 },
    ...more,
  };
  const openSink = async (view: number): Promise<RowSink> => sinks[view] ?? sink();
  const report = runViews(order, { pool: poolHere(from), openSink }, NEVER);
  const text = (view: number): string => Buffer.concat(sinks[view]?.chunks ?? []).toString();
  return { report, sinks, text };
}

const LINES = {
  '1.Patient.ndjson': `${patient('a', { name: [{ family: 'A' }] })}\n`,
  '2.Patient.ndjson': `${patient('b')}\n${patient('c', { name: [{ family: 'C' }] })}\n`,
};

test('each view has one file with the rows of all inputs in order, under one header', async () => {
  const { report, text, sinks } = await run(await source(LINES), [ids, names]);
  expect(await report).toMatchObject({ rows: 5, resources: 3, engines: ['scan'], notices: [] });
  expect([text(0), text(1)]).toEqual(['id\na\nb\nc\n', 'family\nA\nC\n']);
  expect(sinks.map(({ end }) => end)).toEqual(['committed', 'committed']);
});

test('inputs and resources count once, however many passes read them', async () => {
  const views = Array.from({ length: MAX_VIEWS_PER_PASS + 1 }, () => ids);
  const { report } = await run(await source(LINES), views);
  const bytesIn = Object.values(LINES).reduce((sum, { length }) => sum + length, 0);
  expect(await report).toMatchObject({ rows: 3 * views.length, resources: 3, bytesIn });
});

test('resources that no view reads are reported with their input', async () => {
  const lines = { 'Patient.ndjson': `${patient('a')}\n{"resourceType":"Group"}\nnot json\n` };
  const { report } = await run(await source(lines), [ids], { malformedLines: 'skip' });
  const { notices } = await report;
  expect(notices.map(({ kind }) => kind).sort()).toEqual(['other-type', 'skipped-line']);
  for (const { diagnostics } of notices) expect(diagnostics).toContain('Patient.ndjson');
});

test('a line that is not a resource fails the run, and every sink is aborted', async () => {
  const { report, sinks } = await run(await source({ 'Patient.ndjson': 'broken\n' }), [ids, names]);
  await expect(report).rejects.toThrow('Patient.ndjson, line 1');
  expect(sinks.map(({ end }) => end)).toEqual(['aborted', 'aborted']);
});

test('an input that can be read once is refused for several passes, before a sink is opened', async () => {
  const from = await source(LINES);
  const inputs: RangeInputs = {
    ...inputsOf(from),
    of: async (type) => (await inputsOf(from).of(type)).map((input) => ({ ...input, isReadOnce: true })),
  };
  const { report, sinks } = await run(from, [ids, { ...ids, resource: 'Group' }], { inputs });
  await expect(report).rejects.toThrow('Patient.ndjson can be read once, for at most 8 views of one');
  expect(sinks.map(({ end }) => end)).toEqual(['open', 'open']);
});

test.each(['csv', 'ndjson', 'json', 'fhir'] as const)(
  'with a limit a run ends after as many rows, in %s',
  async (format) => {
    const whole = await run(await source(LINES), [ids], { format });
    await whole.report;
    for (const mostRows of [0, 1, 2, 3, 4]) {
      const { report, text, sinks } = await run(await source(LINES), [ids], { format, mostRows });
      expect((await report).rows).toBe(Math.min(3, mostRows));
      expect(sinks[0]?.end).toBe('committed');
      if (mostRows >= 3) expect(text(0)).toBe(whole.text(0));
      if (format === 'ndjson')
        expect(text(0)).toBe(
          whole
            .text(0)
            .split('\n')
            .slice(0, mostRows)
            .map((line) => line && `${line}\n`)
            .join(''),
        );
    }
  },
);

test.each(['csv', 'parquet'] as const)(
  'a limit holds within the rows of one resource, in %s',
  async (format) => {
    const families = ['A', 'B\n"b"', 'C', 'D'].map((family) => ({ family }));
    const line = `${patient('a', { name: families })}\n`;
    const limited = { format, mostRows: 6 };
    const { report, sinks } = await run(await source({ 'Patient.ndjson': line.repeat(3) }), [names], limited);
    expect(await report).toMatchObject({ rows: 6, resources: 2, engines: ['scan'] });
    const bytes = new Uint8Array(Buffer.concat(sinks[0]?.chunks ?? []));
    const rows =
      format === 'csv'
        ? Buffer.from(bytes).toString()
        : (await parquetReadObjects({ file: bytes.buffer })).map(({ family }) => family as string);
    const expected = ['A', 'B\n"b"', 'C', 'D', 'A', 'B\n"b"'];
    expect(rows).toEqual(format === 'csv' ? 'family\nA\n"B\n""b"""\nC\nD\nA\n"B\n""b"""\n' : expected);
  },
);

test('a limit reads no further than it must', async () => {
  const from = await source({ '1.Patient.ndjson': `${patient('a')}\n`, '2.Patient.ndjson': 'broken\n' });
  const { report, text } = await run(from, [ids], { mostRows: 1 });
  expect((await report).rows).toBe(1);
  expect(text(0)).toBe('id\na\n');
});

test('a line that reaches over whole ranges is read once, and by nobody else', async () => {
  const long = patient('b', { text: { div: 'x'.repeat(20 << 20) } });
  const lines = `${patient('a')}\n${long}\n${patient('c')}\n`;
  const { report, text } = await run(await source({ 'Patient.ndjson': lines }), [ids]);
  expect(await report).toMatchObject({ rows: 3, resources: 3 });
  expect(text(0)).toBe('id\na\nb\nc\n');
});

test('lines that are in memory are an input', async () => {
  const bytes = Buffer.from(`${patient('a')}\n${patient('b')}\n`);
  const content = new SharedArrayBuffer(bytes.length);
  new Uint8Array(content).set(bytes);
  const inputs = inputsOfContent(content, 'R4');
  const { report, text } = await run(createContentSource(content, 'R4'), [ids], { inputs });
  expect((await report).resources).toBe(2);
  expect(text(0)).toBe('id\na\nb\n');
});
