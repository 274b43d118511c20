import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { EMPTY_TALLY } from '@millrace/export';
import { createMemorySink } from '@millrace/storage/memory';
import type { PinnedInput, Source } from '@millrace/storage';
import { createCompiledViews } from '@millrace/viewdef';
import { evaluateRange } from './evaluate-range.js';
import type { Control } from './read-cut-by-cut.js';
import { createFilters } from './open-filters.js';
import { createScans } from './open-scans.js';
import { ids, names, patient, run, source, taskFor, textOf } from '../testing/run-range.js';

describe.each(['scan', 'codegen'] as const)('a range on the engine %s', (engine) => {
  const runOn = (from: Source, more: Parameters<typeof run>[1] = {}): ReturnType<typeof run> =>
    run(from, { engine, ...more });

  test('gives the rows of all views of its pass, in input order', async () => {
    const lines = [patient('a', { name: [{ family: 'X' }, { family: 'Y' }] }), patient('b')];
    const result = await runOn(await source({ 'Patient.ndjson': `${lines.join('\n')}\n` }), {
      views: [
        { subject: 3, view: ids },
        { subject: 5, view: names },
      ],
    });
    expect(await result.text(3)).toBe('{"id":"a"}\n{"id":"b"}\n');
    expect(await result.text(5)).toBe('{"family":"X"}\n{"family":"Y"}\n');
    expect(result.summary).toMatchObject({ resources: 2, rows: 4, last: { cut: 0, from: 0 } });
  });

  test('passes over blank lines and other resource types, and needs no final newline', async () => {
    const text = `\n${patient('a')}\r\n   \n{"resourceType":"Group","id":"g"}\n${patient('b')}`;
    const result = await runOn(await source({ 'Patient.ndjson': text }));
    expect(await result.text(0)).toBe('{"id":"a"}\n{"id":"b"}\n');
    expect(result.summary.last?.to).toBe(Buffer.byteLength(text));
  });

  test('without rows makes a cut without parts, so that its offset is known', async () => {
    const result = await runOn(await source({ 'Patient.ndjson': '\n\n' }));
    expect(result.cuts).toEqual([{ cut: 0, from: 0, to: 2, parts: [], bytesRead: 2, tally: EMPTY_TALLY }]);
  });

  test('cuts when a part has its rows, and goes on from any cut to the same rows', async () => {
    const text = `${Array.from({ length: 10 }, (_, index) => patient(`p${index}`)).join('\n')}\n`;
    const from = await source({ 'Patient.ndjson': text });
    const limits = { partBytes: 1e9, partRows: 3, inputBytes: 1e9, seconds: 1e9 };
    const whole = await runOn(from, { limits });
    expect(whole.cuts.map(({ parts }) => parts.map(({ rows }) => rows))).toEqual([[3], [3], [3], [1]]);
    for (const [index, cut] of whole.cuts.entries()) {
      const rest = await runOn(from, { limits, from: cut.to, firstCut: index + 1 });
      const before = await textOf(whole.sink, whole.cuts.slice(0, index + 1), 0);
      expect(before + (await rest.text(0))).toBe(await whole.text(0));
    }
  });

  test('of which all is committed has an empty last cut', async () => {
    const text = `${patient('a')}\n`;
    const empty = { from: text.length, to: text.length, parts: [], bytesRead: 0, tally: EMPTY_TALLY };
    for (const [name, content] of [
      ['Patient.ndjson', Buffer.from(text)],
      ['Patient.ndjson.gz', gzipSync(text)],
    ] as const) {
      const rest = await runOn(await source({ [name]: content }), { from: text.length, firstCut: 1 });
      expect(rest.summary.last).toEqual({ cut: 1, ...empty });
    }
  });

  test('of a gzip input goes on from an offset in its content', async () => {
    const text = `${Array.from({ length: 1000 }, (_, index) => patient(`p${index}`)).join('\n')}\n`;
    const from = await source({ 'Patient.ndjson.gz': gzipSync(text) });
    const limits = { partBytes: 1e9, partRows: 300, inputBytes: 1e9, seconds: 1e9 };
    const whole = await runOn(from, { limits });
    const stored = (await from.list('Patient'))[0]?.bytes;
    expect(whole.cuts.reduce((sum, { bytesRead }) => sum + bytesRead, 0)).toBe(stored);
    const cut = whole.cuts[1];
    const rest = await runOn(from, { limits, from: cut?.to ?? -1, firstCut: 2 });
    expect((await textOf(whole.sink, whole.cuts.slice(0, 2), 0)) + (await rest.text(0))).toBe(
      await whole.text(0),
    );
  });

  test('ends at a cut when it is told to finish', async () => {
    const text = `${Array.from({ length: 20_000 }, (_, index) => patient(`p${index}`)).join('\n')}\n`;
    const result = await runOn(await source({ 'Patient.ndjson': text }), { control: () => 'cut' });
    expect(result.summary.last).toBeUndefined();
    expect(result.cuts.at(-1)?.to).toBeLessThan(Buffer.byteLength(text));
  });

  test('is whole when it is told to finish at its end', async () => {
    const text = `${patient('a')}\n`;
    const result = await runOn(await source({ 'Patient.ndjson': text }), { control: () => 'cut' });
    expect(result.summary.last).toMatchObject({ cut: 0, to: text.length });
  });

  test('leaves nothing behind when it is told to stop', async () => {
    const sink = createMemorySink();
    const from = await source({ 'Patient.ndjson': `${patient('a')}\n` });
    const [input] = await from.list('Patient');
    const ports = {
      source: from,
      sink,
      compile: createCompiledViews(),
      openScan: createScans(),
      openFilter: createFilters((key) => sink.read(key)),
      onUpload: () => undefined,
      onCut: async () => undefined,
      now: () => 0,
    };
    await expect(
      evaluateRange(taskFor(input as PinnedInput), { ...ports, control: () => 'stop' }),
    ).rejects.toThrow('told to stop');
    const left = [];
    for await (const { key } of sink.list('t/')) left.push(key);
    expect(left).toEqual([]);
  });

  test('told to stop in its middle reads no further and leaves nothing behind', async () => {
    const text = `${Array.from({ length: 20_000 }, (_, index) => patient(`p${index}`)).join('\n')}\n`;
    const stored = await source({ 'Patient.ndjson': text });
    const [input] = await stored.list('Patient');
    const sink = createMemorySink();
    let read = 0;
    let asked = 0;
    const ports = {
      source: {
        ...stored,
        async *read(...range: Parameters<Source['read']>) {
          for await (const chunk of stored.read(...range)) {
            read += chunk.length;
            yield chunk;
          }
        },
      },
      sink,
      compile: createCompiledViews(),
      openScan: createScans(),
      onUpload: () => undefined,
      onCut: async () => undefined,
      now: () => 0,
      // Asked once for the view, then between lines.
      control: (): Control => ((asked += 1) === 1 ? 'run' : 'stop'),
    };
    await expect(evaluateRange({ ...taskFor(input as PinnedInput), engine }, ports)).rejects.toThrow(
      'told to stop',
    );
    expect(asked).toBeLessThan(5);
    expect(read).toBeLessThan(Buffer.byteLength(text) / 2);
    const left = [];
    for await (const { key } of sink.list('t/')) left.push(key);
    expect(left).toEqual([]);
  });

  test('ends with the reason for which a cut was refused', async () => {
    const from = await source({ 'Patient.ndjson': `${patient('a')}\n${patient('b')}\n` });
    const limits = { partBytes: 1e9, partRows: 1, inputBytes: 1e9, seconds: 1e9 };
    await expect(runOn(from, { limits, refuseCut: 0 })).rejects.toThrow('refused');
  });
});

describe.each(['scan', 'codegen'] as const)('faulty input on the engine %s', (engine) => {
  const runOn = (from: Source, more: Parameters<typeof run>[1] = {}): ReturnType<typeof run> =>
    run(from, { engine, ...more });

  const good = patient('a');
  test.each([
    ['broken JSON', '{"resourceType":"Patient",', 'JSON'],
    ['a line that is not an object', '[1,2]', 'JSON object with a resourceType'],
    ['an object that is not a resource', '{"id":"x"}', 'resourceType'],
  ])('%s fails with file, line and offset', async (_, bad, reason) => {
    const from = await source({ 'Patient.ndjson': `${good}\n\n${bad}\n${good}\n` });
    const error = await runOn(from).catch((caught: unknown) => caught);
    expect(error).toMatchObject({
      name: 'MalformedLineError',
      key: 'Patient.ndjson',
      line: 3,
      offset: good.length + 2,
    });
    expect(String(error)).toContain(reason);
  });

  test('text that is not UTF-8 fails instead of turning into other text', async () => {
    const bytes = Buffer.concat([
      Buffer.from(`${good}\n{"resourceType":"Patient","id":"`),
      Buffer.of(0xff),
      Buffer.from('"}\n'),
    ]);
    await expect(runOn(await source({ 'Patient.ndjson': bytes }))).rejects.toThrow('line 2');
  });

  test('is skipped and counted where the operator chose so', async () => {
    const text = `${good}\nnonsense\n${patient('b')}\n[]\n`;
    const result = await runOn(await source({ 'Patient.ndjson': text }), { malformedLines: 'skip' });
    expect(await result.text(0)).toBe('{"id":"a"}\n{"id":"b"}\n');
    const tally = { skippedLines: 2, firstSkipped: good.length + 1, otherTypes: {} };
    expect(result.cuts.map((cut) => cut.tally)).toEqual([tally]);
  });

  test('a value that breaks a rule of the view names the resource and the column', async () => {
    const view = { resource: 'Patient', select: [{ column: [{ name: 'given', path: 'name.given' }] }] };
    const from = await source({ 'Patient.ndjson': `${patient('a', { name: [{ given: ['x', 'y'] }] })}\n` });
    const error = await runOn(from, { views: [{ subject: 2, view }] }).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ name: 'RowError', resource: 'Patient/a', subject: 2 });
    expect(String(error)).toContain('given');
  });

  test('a value that does not fit a Parquet column names the resource and the column, and keeps the value to itself', async () => {
    const column = [{ name: 'order', path: 'multipleBirth.ofType(integer)' }];
    const lines = [1, 2, 3e9, 4].map((count, index) => patient(`p${index}`, { multipleBirthInteger: count }));
    const from = await source({ 'Patient.ndjson': ['', ...lines, ''].join('\n') });
    const view = { resource: 'Patient', select: [{ column }] };
    const views = [{ subject: 1, view }];
    const error = await runOn(from, { views, format: 'parquet' }).catch((caught: unknown) => caught);
    const offset = lines.slice(0, 2).join('\n').length + 2;
    expect(error).toMatchObject({ name: 'RowError', resource: 'Patient/p2', subject: 1, offset });
    expect(String(error)).toContain('Column "order" got a number that does not fit, expected INTEGER');
    expect(String(error)).not.toContain('3000000000');
  });
});

describe('a range on the scan', () => {
  const text = Array.from({ length: 40 }, (_, index) => {
    const odd = index % 7 === 3 ? { name: [{ family: 'A\u0000' }], active: null } : {};
    return patient(index % 5 === 0 ? `é/${index}` : `p"${index}`, odd).replace('\u0000', '\\u00e9');
  }).join('\n');
  const views = [
    { subject: 0, view: ids },
    { subject: 1, view: names },
  ];

  test.each(['csv', 'ndjson', 'json', 'parquet'] as const)(
    'stores the same %s files as generated code, odd lines and cuts included',
    async (format) => {
      const from = await source({ 'Patient.ndjson': text });
      const limits = { partBytes: 1e9, partRows: 9, inputBytes: 1e9, seconds: 1e9 };
      const [scanned, generated] = [
        await run(from, { engine: 'scan', format, limits, views }),
        await run(from, { engine: 'codegen', format, limits, views }),
      ];
      expect(scanned.cuts.length).toBeGreaterThan(4);
      expect(scanned.cuts).toEqual(generated.cuts);
      expect(await scanned.text(1)).toBe(await generated.text(1));
      expect(scanned.summary).toEqual({ ...generated.summary, engines: ['scan', 'scan'] });
    },
  );

  test('evaluates the views that it takes by default', async () => {
    const from = await source({ 'Patient.ndjson': text });
    expect((await run(from)).summary.engines).toEqual(['scan']);
    expect((await run(from, { format: 'parquet' })).summary.engines).toEqual(['scan']);
    const named = {
      resource: 'Patient',
      select: [{ column: [{ name: 'n', path: 'name', collection: true }] }],
    };
    const both = [...views, { subject: 2, view: named }];
    expect((await run(from, { views: both })).summary.engines).toEqual(['scan', 'scan', 'codegen']);
    await expect(run(from, { views: both, engine: 'scan' })).rejects.toThrow('such as a cell of HumanName');
  });

  test('takes lines that are longer than its chunks', async () => {
    const long = patient('long', { name: [{ family: 'x'.repeat(3_000_000) }] });
    const from = await source({ 'Patient.ndjson': `${text}\n${long}\n${patient('last')}` });
    const [scanned, generated] = [
      await run(from, { engine: 'scan', views }),
      await run(from, { engine: 'codegen', views }),
    ];
    expect(scanned.cuts).toEqual(generated.cuts);
  });
});

test('views whose constants are too large for the scan are evaluated by generated code', async () => {
  const numbers = Array.from({ length: 400 }, (_, number) => number);
  const view = {
    resource: 'Patient',
    constant: numbers.map((number) => ({ name: `k${number}`, valueString: 'v'.repeat(1000) })),
    select: [{ column: numbers.map((number) => ({ name: `c${number}`, path: `%k${number} & %k0` })) }],
  };
  const from = await source({ 'Patient.ndjson': `${patient('a')}\n` });
  const { summary } = await run(from, { views: [{ subject: 0, view }] });
  expect(summary).toMatchObject({ rows: 1, engines: ['codegen'] });
});
