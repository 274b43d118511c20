import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { EMPTY_TALLY, sumTallies } from '@millrace/export';
import { patient, run, source } from '../testing/run-range.js';

const MARK = '\ufeff';
const lines = `${patient('a')}\n${patient('b')}\n`;

describe.each(['scan', 'codegen', 'fhirpath'] as const)(
  'the lines of an input on the engine %s',
  (engine) => {
    test.each([
      ['plain', 'Patient.ndjson', Buffer.from(MARK + lines)],
      ['compressed', 'Patient.ndjson.gz', gzipSync(MARK + lines)],
    ])('may begin with a byte order mark, %s', async (_title, key, content) => {
      const result = await run(await source({ [key]: content }), { engine });
      expect(await result.text(0)).toBe('{"id":"a"}\n{"id":"b"}\n');
      expect(result.summary).toMatchObject({ resources: 2, rows: 2 });
    });

    test('may be a byte order mark and nothing else', async () => {
      const result = await run(await source({ 'Patient.ndjson': MARK }), { engine });
      expect(result.summary).toMatchObject({ rows: 0, last: { parts: [], tally: EMPTY_TALLY } });
    });

    test('may be blank at the start, and end with a carriage return', async () => {
      const text = `\n\r\n${lines.replaceAll('\n', '\r\n')}`;
      expect(await (await run(await source({ 'Patient.ndjson': text }), { engine })).text(0)).toBe(
        '{"id":"a"}\n{"id":"b"}\n',
      );
    });

    test('of other types are counted by type, at each cut those since the one before', async () => {
      const others = ['Bundle', 'Group', 'Gr\\u006fup', 'JohnDoe', 'x'.repeat(60)];
      const text = [
        patient('a'),
        ...others.map((type) => `{"resourceType":"${type}"}`),
        '{"resourceType":[1]}',
      ]
        .flatMap((line) => [line, patient('b')])
        .join('\n');
      const tally = { skippedLines: 0, otherTypes: { '': 3, Bundle: 1, Group: 2 } };
      const from = await source({ 'Patient.ndjson': text });
      const whole = await run(from, { engine });
      expect(whole.cuts.map((cut) => cut.tally)).toEqual([tally]);
      const limits = { partBytes: 1e9, partRows: 2, inputBytes: 1e9, seconds: 1e9 };
      const { cuts } = await run(from, { engine, limits });
      expect(cuts.length).toBeGreaterThan(3);
      expect(sumTallies(cuts.map((cut) => cut.tally))).toEqual(tally);
    });

    test('are counted with a filter too, before it is asked', async () => {
      const text = `${patient('a')}\n{"resourceType":"Group","id":"g"}\n`;
      const filter = { since: '2026-01-01T00:00:00Z' };
      const { summary } = await run(await source({ 'Patient.ndjson': text }), { engine, filter });
      expect(summary.last?.tally).toEqual({ skippedLines: 0, otherTypes: { Group: 1 } });
    });

    test.each([
      [
        'a byte order mark further down',
        `${lines}${MARK}${lines}`,
        3,
        'byte order mark, which only the start',
      ],
      ['a list', `[${patient('a')},\n${patient('b')}]\n`, 1, 'expected one resource on each line'],
      ['a resource over several lines', JSON.stringify({ a: 1 }, null, 2), 1, 'one resource on each line'],
      ['UTF-16', Buffer.from(MARK + lines, 'utf16le'), 1, 'UTF-16; expected UTF-8'],
      ['UTF-16 without a mark', Buffer.from(lines, 'utf16le'), 1, 'UTF-16; expected UTF-8'],
      ['gzip', gzipSync(lines), 1, 'expected a file name that ends with .gz'],
    ])('fail with a reason that says what they are when they are %s', async (_title, text, line, reason) => {
      const running = run(await source({ 'Patient.ndjson': text }), { engine });
      await expect(running).rejects.toThrow(`Patient.ndjson, line ${line} `);
      await expect(running).rejects.toThrow(reason);
    });
  },
);
