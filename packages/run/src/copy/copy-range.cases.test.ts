import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { writeIdSet } from '@millrace/scan';
import { createMemorySink } from '@millrace/storage/memory';
import { patient, source } from '../testing/run-range.js';
import { runCopy } from '../testing/run-copy.js';
import { deletionLine } from '../deletions/deletion-times.js';
import { createDeletions } from '../deletions/open-deletions.js';
import type { CopyTask } from '../range/range-task.js';

const SINCE = '2026-01-01T00:00:00Z';
const UNTIL = '2026-06-01T00:00:00Z';
const changed = (id: string, lastUpdated: string): string => patient(id, { meta: { lastUpdated } });
const wide = { partBytes: 1e9, partRows: 1e9, inputBytes: 1e9, seconds: 1e9 };

describe.each(['scan', 'codegen'] as const)('copied lines, chosen by the engine %s,', (engine) => {
  test('are bytes as they are, in input order, each with a newline', async () => {
    const lines = [patient('a', { name: [{ family: 'Ž\\u0041' }] }), ` ${patient('b')}\t`, patient('c')];
    const text = `\n${lines.join('\r\n')}`;
    const copied = await runCopy(await source({ 'Patient.ndjson': text }), { engine });
    expect(copied.text).toBe(`${lines.join('\r\n')}\n`);
    expect(copied.summary).toMatchObject({ resources: 3, rows: 3, engines: ['copy'] });
    expect(copied.cuts).toMatchObject([{ from: 0, to: Buffer.byteLength(text), parts: [{ rows: 3 }] }]);
  });

  test('are those that were changed in time, or do not say when', async () => {
    const lines = [
      changed('old', '2025-12-31T23:59:59Z'),
      changed('first', '2026-01-01T00:00:00.001Z'),
      changed('last', '2026-06-01T02:00:00+02:00'),
      changed('late', '2026-06-01T00:00:00.001Z'),
      patient('a'),
      changed('unreadable', '2026-02-30T00:00:00Z'),
    ];
    const from = await source({ 'Patient.ndjson': lines.join('\n') });
    const copied = await runCopy(from, { engine, filter: { since: SINCE, until: UNTIL } });
    expect(copied.text).toBe([lines[1], lines[2], lines[4], lines[5], ''].join('\n'));
    const first = lines.slice(0, 5).join('\n').length + 1;
    expect(copied.cuts[0]?.tally).toMatchObject({ undated: { count: 1, first } });
  });

  test('are no Groups that name a patient beside those of the filter', async () => {
    const sink = createMemorySink();
    await sink.createIfAbsent('chosen', writeIdSet(new Set(['a', 'b'])));
    const group = (id: string, ...members: readonly string[]) =>
      JSON.stringify({
        resourceType: 'Group',
        id,
        member: members.map((reference) => ({ entity: { reference } })),
      });
    const lines = [
      group('both', 'Patient/a', 'Patient/b'),
      group('another', 'Patient/a', 'Patient/c'),
      group('around', 'Patient/b', 'Group/another', 'Device/d'),
      group('elsewhere', 'Patient/c'),
    ];
    const from = await source({ 'Group.ndjson': lines.join('\n') });
    const copied = await runCopy(from, {
      engine,
      filter: { patients: 'chosen' },
      sink,
      resourceType: 'Group',
    });
    expect(copied.text).toBe([lines[0], lines[2], ''].join('\n'));
  });

  test('are those of the patients, of any age where a patient joined later', async () => {
    const sink = createMemorySink();
    await sink.createIfAbsent('all', writeIdSet(new Set(['a', 'b'])));
    await sink.createIfAbsent('joined', writeIdSet(new Set(['b'])));
    const lines = ['a', 'b', 'c'].flatMap((id) => [
      changed(id, '2025-01-01T00:00:00Z'),
      changed(id, '2026-03-01T00:00:00Z'),
      changed(id, '2027-01-01T00:00:00Z'),
    ]);
    const filter = { since: SINCE, until: UNTIL, patients: 'all', joined: 'joined' };
    const copied = await runCopy(await source({ 'Patient.ndjson': lines.join('\n') }), {
      engine,
      filter,
      sink,
    });
    expect(copied.text).toBe([lines[1], lines[3], lines[4], ''].join('\n'));
  });

  test('leave out resources of other types and lines that are no resources, which are counted', async () => {
    const group = '{"resourceType":"Group","id":"g"}';
    const text = [patient('a'), group, 'no resource', '{"resourceType":"Patient",', patient('b'), ''].join(
      '\n',
    );
    const from = await source({ 'Patient.ndjson': text });
    const copied = await runCopy(from, { engine, malformedLines: 'skip' });
    expect(copied.text).toBe(`${patient('a')}\n${patient('b')}\n`);
    const firstSkipped = `${patient('a')}\n${group}\n`.length;
    expect(copied.cuts[0]?.tally).toEqual({ otherTypes: { Group: 1 }, skippedLines: 2, firstSkipped });
    await expect(runCopy(from, { engine })).rejects.toThrow('Patient.ndjson, line 3 (byte offset 70)');
  });

  test.each([
    ['in a string', (line: string) => line.slice(0, -12)],
    ['behind a value', (line: string) => line.slice(0, -2)],
    ['behind an inner object', (line: string) => line.slice(0, -1)],
    ['and goes on with another one', (line: string) => line + line],
  ])('are whole: none that breaks off %s', async (_, broken) => {
    const line = changed('a', '2026-03-01T00:00:00Z').replace('"meta"', '"x":[{"y":"]}"}],"meta"');
    const whole = `${line.slice(0, -1)},"text":{"div":"some text"}}`;
    const text = [whole, broken(whole), whole].join('\n');
    const from = await source({ 'Patient.ndjson': text });
    const copied = await runCopy(from, { engine, filter: { since: SINCE }, malformedLines: 'skip' });
    expect(copied.text).toBe(`${whole}\n${whole}\n`);
    expect(copied.cuts[0]?.tally.skippedLines).toBe(1);
  });

  test('go on from any cut to the same bytes, in parts of the size and number of lines that are asked', async () => {
    const lines = Array.from({ length: 40 }, (_, n) => patient(`p${n}`, { text: 'x'.repeat(n) }));
    const from = await source({ 'Patient.ndjson': `${lines.join('\n')}\n` });
    const limits = { ...wide, partRows: 7, partBytes: 400 };
    const whole = await runCopy(from, { engine, limits });
    expect(whole.text).toBe(`${lines.join('\n')}\n`);
    const parts = whole.cuts.flatMap((cut) => cut.parts);
    expect(Math.max(...parts.map(({ rows }) => rows))).toBe(7);
    expect(parts.every(({ bytes }) => bytes < 400 + 100)).toBe(true);
    for (const [index, { to }] of whole.cuts.entries()) {
      const rest = await runCopy(from, { engine, limits, from: to, firstCut: index + 1 });
      expect(whole.text.slice(0, to) + rest.text).toBe(whole.text);
    }
  });

  test('keep the bytes of the members that were asked for, and are tagged', async () => {
    const lines = [
      '{"resourceType":"Patient","id":"a","multipleBirthInteger":1.0,"name":[ {"family":"X"} ]}',
      '{"resourceType":"Patient", "id":"b","name":[]}',
    ];
    const from = await source({ 'Patient.ndjson': lines.join('\n') });
    const keys = ['resourceType', 'id', 'multipleBirthInteger'];
    const copied = await runCopy(from, { engine, keys, limits: { ...wide, partRows: 1 } });
    const meta =
      '"meta":{"tag":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ObservationValue","code":"SUBSETTED"}]}';
    expect(copied.text).toBe(
      `{"resourceType":"Patient","id":"a","multipleBirthInteger":1.0,${meta}}\n` +
        `{"resourceType":"Patient","id":"b",${meta}}\n`,
    );
    expect(copied.cuts.flatMap(({ parts }) => parts.map(({ rows }) => rows))).toEqual([1, 1]);
  });

  test('are those that one of the predicates is true of', async () => {
    const lines = [
      patient('a', { gender: 'female', birthDate: '1990-01-01' }),
      patient('b', { gender: 'male', active: true }),
      patient('c', { gender: 'male' }),
      patient('d'),
      patient('e', { active: true, meta: { lastUpdated: '2020-01-01T00:00:00Z' } }),
    ];
    const from = await source({ 'Patient.ndjson': `${lines.join('\n')}\n` });
    const where = ["gender = 'female'", 'active'];
    const task = { engine, where, filter: { since: SINCE } };
    const copied = await runCopy(from, task);
    expect(copied.text).toBe(`${lines[0]}\n${lines[1]}\n`);
    const few = await runCopy(from, { ...task, limits: { ...wide, partRows: 1 } });
    expect(few.text).toBe(copied.text);
    const both = await runCopy(from, { ...task, keys: ['id', 'gender'] });
    expect(both.text).toMatch(
      /^{"id":"a","gender":"female","meta":.*}\n{"id":"b","gender":"male","meta":.*}\n$/,
    );
  });

  test('of deletions are Bundles with the deletions of the types that were asked for', async () => {
    const deletion = (url: string, method = 'DELETE') => ({ request: { method, url } });
    const bundle = (lastUpdated: string, ...entry: readonly object[]): string =>
      JSON.stringify({ resourceType: 'Bundle', type: 'transaction', meta: { lastUpdated }, entry });
    const own = 'https://ehr.example/fhir';
    const lines = [
      bundle('2025-03-01T00:00:00Z', deletion('Patient/old')),
      ` ${bundle('2026-03-01T00:00:00Z', deletion('Patient/a'), deletion(`${own}/Observation/b`))}`,
      bundle(
        '2026-03-01T00:00:00Z',
        deletion('Group/g'),
        deletion('Patient/c'),
        deletion('Patient/d', 'PUT'),
      ),
      bundle('2026-03-01T00:00:00Z', deletion('Group/g'), deletion('Patient?name=x')),
      bundle('2026-03-01T00:00:00Z'),
    ];
    const from = await source({ 'deleted.ndjson': lines.join('\n') });
    const copied = await runCopy(from, {
      engine,
      inputs: 'deleted',
      resourceType: 'Bundle',
      deletionsOf: ['Patient', 'Observation'],
      bases: [own],
      filter: { since: SINCE },
    });
    const third = bundle('2026-03-01T00:00:00Z', deletion('Patient/c'));
    expect(copied.text).toBe(`${lines[1]}\n${third}\n`);
  });

  test('are judged by the last of two members meta, wherever they stand', async () => {
    const [before, after] = ['2025-03-01T00:00:00Z', '2026-03-01T00:00:00Z'].map(
      (lastUpdated) => `{"lastUpdated":"${lastUpdated}"}`,
    );
    const line = (id: string, first = '', second = '', colon = ':'): string =>
      `{"resourceType":"Patient","meta":${first},"id":"${id}","name":[{"text":"x"}],"meta"${colon}${second}}`;
    const lines = [
      line('a', before, after),
      line('b', after, before),
      line('c', before, after, ' : '),
      changed('d', '2025-03-01T00:00:00Z'),
      line('e', after, after),
    ];
    const from = await source({ 'Patient.ndjson': lines.join('\n') });
    const task = { engine, filter: { since: SINCE, until: UNTIL } };
    expect((await runCopy(from, task)).text).toBe([lines[0], lines[2], lines[4], ''].join('\n'));
    const { text } = await runCopy(from, { ...task, keys: ['id'] });
    expect(text.split('\n').map((one) => one.match(/lastUpdated":"(\d+)/g))).toEqual([
      ['lastUpdated":"2026'],
      ['lastUpdated":"2026'],
      ['lastUpdated":"2026'],
      null,
    ]);
  });

  describe('with deletions of their resources', () => {
    const day = (n: number): string => `2026-03-0${n}T00:00:00Z`;
    const lines = [
      changed('recreated', day(5)),
      changed('gone', day(2)),
      patient('never'),
      patient('gone-undated'),
      changed('gone-unreadable', 'soon'),
      changed('same-time', day(3)),
      changed('undated-deletion', day(1)),
      patient('both-undated'),
      `{"meta":{"lastUpdated":"${day(4)}"},"resourceType":"Patient","id":"twic\\u0065"}`,
    ];
    const deletions = [
      ['recreated', day(3)],
      ['gone', day(1)],
      ['gone', day(3)],
      ['gone-undated', day(3)],
      ['gone-unreadable', day(3)],
      ['same-time', '2026-03-03T01:00:00+01:00'],
      ['undated-deletion', undefined],
      ['both-undated', undefined],
      ['twice', day(5)],
      ['twice', day(2)],
      ['elsewhere', day(2)],
    ] as const;
    const stands = ['recreated', 'same-time', 'undated-deletion', 'both-undated'];
    const left = lines.filter(
      (line) => stands.some((id) => line.includes(`"${id}"`)) || line.includes('never'),
    );

    async function withDeletions(more: Partial<CopyTask>) {
      const sink = createMemorySink();
      const bytes = deletions.map(([id, at]) => deletionLine(id, at)).join('');
      await sink.createIfAbsent('deletions', Buffer.from(bytes));
      const from = await source({ 'Patient.ndjson': lines.join('\n') });
      const copied = await runCopy(from, { engine, sink, deleted: { key: 'deletions', toldBy: 7 }, ...more });
      const notes = copied.cuts.flatMap(({ parts }) => parts.filter(({ subject }) => subject === 7));
      const noted = await createDeletions((key) => sink.read(key)).standing(notes.map(({ key }) => key));
      return { text: copied.text, noted: [...noted].sort(), rows: copied.summary.rows };
    }

    test('are those that were changed after the last of them, and these are noted', async () => {
      const expected = { text: left.map((line) => `${line}\n`).join(''), rows: left.length };
      const noted = stands.map((id) => `Patient/${id}`).sort();
      expect(await withDeletions({})).toEqual({ ...expected, noted });
      expect(await withDeletions({ limits: { ...wide, partRows: 1 } })).toEqual({ ...expected, noted });
      expect(await withDeletions({ deleted: { key: 'deletions' } })).toEqual({ ...expected, noted: [] });
    });

    test('are noted only if they pass what else is asked', async () => {
      const { text, noted } = await withDeletions({ where: ["id = 'recreated'", "id = 'gone'"] });
      expect([text, noted]).toEqual([`${lines[0]}\n`, ['Patient/recreated']]);
      const { noted: later } = await withDeletions({ filter: { since: day(4) }, keys: ['id'] });
      expect(later).toEqual(['Patient/both-undated', 'Patient/recreated']);
    });
  });

  test('are refused where a predicate cannot be compiled or evaluated', async () => {
    const from = await source({ 'Patient.ndjson': patient('a', { name: [{ given: ['x', 'y'] }] }) });
    await expect(runCopy(from, { engine, where: ['gender ='] })).rejects.toThrow('gender =');
    await expect(runCopy(from, { engine, where: ['name.given.length() > 1'] })).rejects.toThrow(
      'Patient.ndjson, line 1 (byte offset 0) is not a FHIR resource: a search of the request',
    );
  });

  test('are skipped and counted as lines that are no resources, where a predicate cannot be evaluated', async () => {
    const lines = [
      changed('a', '2026-03-01T00:00:00Z'),
      patient('b', { meta: { lastUpdated: 20_260_301 } }),
      patient('c', { meta: { lastUpdated: '2026-03-01T00:00:00Z' }, birthDate: 1980 }),
    ];
    const from = await source({ 'Patient.ndjson': lines.join('\n') });
    const where = ['meta.lastUpdated.where($this >= @2026-01-01T00:00:00.000Z).exists()'];
    const copied = await runCopy(from, { engine, where, malformedLines: 'skip' });
    expect(copied.text).toBe(`${lines[0]}\n${lines[2]}\n`);
    const firstSkipped = (lines[0] ?? '').length + 1;
    expect(copied.cuts[0]?.tally).toMatchObject({ skippedLines: 1, firstSkipped });
    await expect(runCopy(from, { engine, where })).rejects.toThrow(`line 2 (byte offset ${firstSkipped})`);
  });

  test('of gzip are those of its content', async () => {
    const lines = [changed('a', '2026-03-01T00:00:00Z'), changed('b', '2025-03-01T00:00:00Z'), patient('c')];
    const from = await source({ 'Patient.ndjson.gz': gzipSync(lines.join('\n')) });
    const copied = await runCopy(from, { engine, filter: { since: SINCE } });
    expect(copied.text).toBe([lines[0], lines[2], ''].join('\n'));
  });
});

test('whatever lines there are, the scan copies the same as the other engine', async () => {
  const instant = fc.constantFrom(
    '2025-12-31T23:59:59.999Z',
    '2026-03-01T00:00:00Z',
    '2026-06-01T00:00:00.000000001Z',
    'no instant',
  );
  const line = fc.oneof(
    fc
      .record({ id: fc.constantFrom('a', 'b', 'c'), at: instant, pad: fc.nat(2000) })
      .map(({ id, at, pad }) => patient(id, { text: 'é'.repeat(pad), meta: { lastUpdated: at } })),
    fc.json().map((text) => text.replaceAll('\n', ' ')),
    fc.constantFrom(
      '',
      ' ',
      '\r',
      '{',
      '{"resourceType":"Patient"',
      patient('long', { a: 'x'.repeat(600_000) }),
    ),
    fc.record({ id: fc.string(), birthDate: fc.string() }).map((more) => patient('x', more)),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(line, { maxLength: 60 }), fc.boolean(), async (lines, ends) => {
      const from = await source({ 'Patient.ndjson': `${lines.join('\n')}${ends ? '\n' : ''}` });
      const sink = createMemorySink();
      await sink.createIfAbsent('all', writeIdSet(new Set(['a', 'b'])));
      const filter = { since: SINCE, until: UNTIL, patients: 'all' };
      const task = { filter, sink, malformedLines: 'skip', limits: { ...wide, partRows: 9 } } as const;
      const [scanned, parsed] = [
        await runCopy(from, { ...task, engine: 'scan' }),
        await runCopy(from, { ...task, engine: 'codegen', partPrefix: 'other/' }),
      ];
      expect(scanned.text).toBe(parsed.text);
      expect(scanned.cuts.map(({ to, tally }) => ({ to, tally }))).toEqual(
        parsed.cuts.map(({ to, tally }) => ({ to, tally })),
      );
    }),
    { numRuns: 60 },
  );
}, 60_000);
