import { describe, expect, test } from '@jest/globals';
import { createScan } from './create-scan.js';
import type { Scan } from './create-scan.js';
import { writeIdSet } from './id-set.js';
import type { ScanChecks } from './open-kernel.js';
import type { Instruction, ScanFilter, ScanProgram } from './program.js';
import { NODE_NO_ARRAY, OP_FIELD, OP_THIS } from './program-format.js';

const self: Instruction = { op: OP_THIS, operands: [] };
const keys = ['resourceType', 'id', 'meta', 'lastUpdated', 'name'] as const;

function field(of: Instruction, key: (typeof keys)[number]): Instruction {
  return { op: OP_FIELD, operands: [of, keys.indexOf(key)] };
}

const changed = {
  at: field(field(self, 'meta'), 'lastUpdated'),
  after: { seconds: Date.UTC(2026, 0) / 1000, nanoseconds: 0 },
};
const ids = { found: [field(self, 'id')], byReference: false, set: writeIdSet(new Set(['in'])) };

/** One column, `name`, of resources that pass a filter by `id` or `meta.lastUpdated`, or both. */
function programOf(filter: Omit<ScanFilter, 'root'>): ScanProgram {
  const edges = (...of: readonly (readonly [key: number, node: number])[]): ScanProgram['nodes'][number] => ({
    flags: 0,
    edges: of.map(([key, node]) => ({ key, node })),
  });
  const filtered: readonly (readonly [number, number])[] = [
    [0, 2],
    ...(filter.ids === undefined ? [] : ([[1, 3]] as const)),
    ...(filter.changed === undefined ? [] : ([[2, 4]] as const)),
  ];
  return {
    resource: 'Patient',
    keys,
    nodes: [
      edges(...filtered, [4, 5]),
      edges(...filtered),
      edges(),
      { ...edges(), flags: NODE_NO_ARRAY },
      { ...edges([3, 3]), flags: NODE_NO_ARRAY },
      edges(),
    ],
    views: [
      {
        format: 'csv',
        columns: ['name'],
        where: [],
        level: { columns: [{ cell: 0, expression: field(self, 'name'), flags: 0 }], steps: [] },
      },
    ],
    filter: { root: 1, ...filter },
  };
}

function patient(name: string, { id = 'in', year = 2026, more = '' } = {}): string {
  return `{"resourceType":"Patient","id":"${id}","meta":{"lastUpdated":"${year}-06-01T00:00:00Z"}${more},"name":"${name}"}`;
}

const old = { year: 2025 };
const other = { id: 'out' };

/** Rows, and the lines that are left to others, of a chunk. */
function scanChunk(scan: Scan, text: string): { rows: string[]; odd: string[] } {
  const bytes = Buffer.from(text, 'latin1');
  scan.begin(bytes);
  const rows: string[] = [];
  const odd: string[] = [];
  for (;;) {
    const stop = scan.run();
    const written = Buffer.from(scan.output(0).bytes).toString();
    rows.push(...written.split('\n').filter((row) => row !== ''));
    if (stop.kind === 'odd') odd.push(bytes.toString('latin1', stop.oddFrom, stop.oddTo));
    if (stop.kind === 'end') return { rows, odd };
  }
}

/** A scan that has seen that few resources pass, and looks at the filter first. */
function primed(filter: Omit<ScanFilter, 'root'>, checks: ScanChecks): Scan {
  const scan = createScan(programOf(filter), checks);
  const dropped = Array.from({ length: 8 }, () => patient('x', { ...old, ...other }));
  expect(scanChunk(scan, dropped.join('\n'))).toEqual({ rows: [], odd: [] });
  return scan;
}

const around = { before: [patient('a'), patient('y', old)], after: [patient('z', old), patient('c')] };

describe.each(['all', 'read'] as const)('where few resources pass and %s is checked, the scan', (checks) => {
  test.each([
    ['one that passes', patient('b'), ['b'], false],
    ['an old one', patient('b', old), [], false],
    ['an empty line', '', [], false],
    ['a line of white space', ' \t ', [], false],
    ['one with white space around it', ` ${patient('b')} `, ['b'], false],
    ['an old one with white space around it', ` ${patient('b', old)} `, [], false],
    [
      'white space in an old one',
      '{ "resourceType" : "Patient", "meta" : {"lastUpdated" : "2025-06-01T00:00:00Z"} }',
      [],
      false,
    ],
    ['another type', '{"resourceType":"Device","id":"in","name":"b"}', [], false],
    ['one that does not say when it was changed', '{"resourceType":"Patient","name":"b"}', ['b'], false],
    ['keys in another order', '{"name":"b","a":[{"b":[]}],"meta":{},"resourceType":"Patient"}', ['b'], false],
    ['brackets in text', patient('b', { ...old, more: ',"a":"}]{["' }), [], false],
    ['an escaped newline', patient('b', { ...old, more: ',"a":"\\n"' }), [], false],
    ['a control character', patient('b', { ...old, more: ',"a":"\u0001"' }), [], true],
    [
      'what is not UTF-8',
      patient('b', { ...old, more: `,"a":"${'\xff'.padStart(70).padEnd(140)}"` }),
      [],
      true,
    ],
    ['an escape that does not exist', patient('b', { ...old, more: ',"a":"\\q"' }), [], true],
    ['a lone quote', patient('b', { ...old, more: ',"a":"b' }), [], true],
    ['no resource', '{"name":"b"}', [], true],
    ['an empty object', '{}', [], true],
    ['an array', '[1]', [], true],
    ['a word', 'b', [], true],
    ['a bracket', '{', [], true],
    ['wrong brackets before its instant', `{"a":[1,${patient('b', old).slice(1)}`, [], true],
    ['an escaped key before its instant', `{"m\\u0065ta":{},${patient('b', old).slice(1)}`, [], true],
    [
      'a key of the filter twice',
      `{"id":"a","resourceType":"Patient",${patient('b', old).slice(1)}`,
      [],
      true,
    ],
    ['an array for its instant', patient('b').replace(/"2026[^"]*"/, '["2026-06-01T00:00:00Z"]'), [], true],
    ['a number for its instant', patient('b').replace(/"2026[^"]*"/, '5'), [], true],
    ...[
      '2024-02-30T00:00:00Z',
      '2023-02-29T00:00:00Z',
      '1900-02-29T00:00:00Z',
      '2024-04-31T00:00:00Z',
      '0000-01-01T00:00:00Z',
      '2026-01-31T24:00:00Z',
      '2026-01-31T12:00:00+14:01',
      '2026-01-31',
      '2016-12-31T23:59:60Z',
      '2026-01-31T12:00:00.0000000001Z',
      '',
    ].map(
      (text) =>
        [
          `the instant "${text}"`,
          patient('b').replace(/"2026[^"]*"/, JSON.stringify(text)),
          [],
          true,
        ] as const,
    ),
    ['a bracket too many in one that passes', `${patient('b')}}`, [], true],
    ['a key twice in one that passes', patient('b', { more: ',"meta":{}' }), [], true],
  ])('goes on behind %s', (_, line, rows, isOdd) => {
    for (const end of ['\n', '\r\n']) {
      const lines = [...around.before, line, ...around.after];
      expect(scanChunk(primed({ changed }, checks), lines.join(end))).toEqual({
        rows: ['a', ...rows, 'c'],
        odd: isOdd ? [`${line}${end.slice(0, -1)}`] : [],
      });
    }
  });

  test('finds the end of lines of all lengths', () => {
    const lines = Array.from({ length: 400 }, (_, length) => [
      patient('x', { ...old, more: `,"a":"${'b'.repeat(length)}"` }),
      patient(String(length)),
      '\n'.repeat(length % 70),
    ]).flat();
    const rows = Array.from({ length: 400 }, (_, length) => String(length));
    expect(scanChunk(primed({ changed }, checks), lines.join('\n'))).toEqual({ rows, odd: [] });
  });

  test('goes through a chunk of newlines', () => {
    const scan = primed({ changed }, checks);
    expect(scanChunk(scan, '\n'.repeat(scan.mostBytes))).toEqual({ rows: [], odd: [] });
    const last = patient('a');
    const newlines = '\n'.repeat(scan.mostBytes - last.length);
    expect(scanChunk(primed({ changed }, checks), newlines + last)).toEqual({ rows: ['a'], odd: [] });
  });

  test('stops at a limit and goes on behind it', () => {
    const scan = primed({ changed }, checks);
    const lines = [patient('a'), patient('x', old), patient('b'), patient('x', old)];
    scan.begin(Buffer.from(lines.join('\n')));
    const limits = [{ rows: 1, bytes: 1000 }];
    expect(scan.run(limits)).toMatchObject({
      kind: 'limit',
      position: patient('a').length + 1,
      resources: 1,
    });
    expect(scan.run(limits)).toMatchObject({ kind: 'limit', resources: 1 });
    expect(scan.run(limits)).toMatchObject({ kind: 'end', resources: 0 });
  });

  test('lets resources through that pass both filters', () => {
    const late = `{"meta":{"lastUpdated":"2026-06-01T00:00:00Z"},"resourceType":"Patient","name":"d"`;
    const lines = [
      patient('a'),
      patient('b', old),
      patient('b', other),
      patient('b', { ...old, ...other }),
      `${late},"id":"in"}`,
      `${late},"id":"out"}`,
      `${late}}`,
    ];
    expect(scanChunk(primed({ changed, ids }, checks), lines.join('\n'))).toEqual({
      rows: ['a', 'd'],
      odd: [],
    });
  });
});

test.each(['all', 'read'] as const)(
  'until an instant and of a set, with %s checked, the scan takes',
  (checks) => {
    const until = { seconds: Date.UTC(2026, 5, 1) / 1000, nanoseconds: 0 };
    const both = writeIdSet(new Set(['in', 'joined']));
    const sets = { ...ids, set: both, exempt: writeIdSet(new Set(['joined'])) };
    const lines = [
      patient('old', old),
      patient('old of one who joined', { ...old, id: 'joined' }),
      patient('old of another', { ...old, ...other }),
      patient('at the end'),
      patient('later', { year: 2027 }),
      patient('later of one who joined', { year: 2027, id: 'joined' }),
      '{"resourceType":"Patient","id":"in","name":"undated"}',
    ].join('\n');
    const rows = ['old of one who joined', 'at the end', 'undated'];
    expect(scanChunk(primed({ changed: { ...changed, until }, ids: sets }, checks), lines)).toEqual({
      rows,
      odd: [],
    });
    const untilOnly = { changed: { at: changed.at, until } };
    expect(scanChunk(createScan(programOf(untilOnly), checks), lines)).toEqual({
      rows: ['old', 'old of one who joined', 'old of another', 'at the end', 'undated'],
      odd: [],
    });
  },
);

describe('the rest of a line after the decision of the filter', () => {
  test.each([
    ['half a line', patient('b', old).slice(0, -4)],
    ['a bracket too many', `${patient('b', old)}}`],
    ['what is no JSON', patient('b', { ...old, more: ',"a":tru,' })],
    ['a key of the filter once more', patient('b', { ...old, more: ',"meta":{}' })],
    ['such a key with an escape', patient('b', { ...old, more: ',"m\\u0065ta":{}' })],
  ])('makes a line odd when all is checked, and goes unnoticed otherwise: %s', (_, line) => {
    const text = [...around.before, line, ...around.after].join('\n');
    const rows = ['a', 'c'];
    expect(scanChunk(primed({ changed }, 'all'), text)).toEqual({ rows, odd: [line] });
    expect(scanChunk(primed({ changed }, 'read'), text)).toEqual({ rows, odd: [] });
  });
});
