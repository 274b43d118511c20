import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { createScan } from './create-scan.js';
import type { Scan } from './create-scan.js';
import { ChunkTooLongError, ProgramTooLargeError } from './errors.js';
import { createKernel } from './kernel.js';
import type { Instruction, ScanProgram } from './program.js';
import { OP_CONDITIONAL, OP_EXISTS, OP_FIELD, OP_NONE, OP_RESOURCE, OP_THIS } from './program-format.js';

const self: Instruction = { op: OP_THIS, operands: [] };

/** Two columns of a Patient, `id` and `gender`. */
const program: ScanProgram = {
  resource: 'Patient',
  keys: ['resourceType', 'id', 'gender'],
  nodes: [
    { flags: 0, edges: [0, 1, 2].map((key) => ({ key, node: key + 1 })) },
    ...[1, 2, 3].map(() => ({ flags: 0, edges: [] })),
  ],
  views: [
    {
      format: 'csv',
      columns: ['id', 'gender'],
      where: [],
      level: {
        columns: [1, 2].map((key) => ({
          cell: key - 1,
          expression: { op: OP_FIELD, operands: [self, key] },
          flags: 0,
        })),
        steps: [],
      },
    },
  ],
};

function patient(id: string, more = ''): string {
  return `{"resourceType":"Patient","id":"${id}","gender":"other"${more}}`;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** All stops and rows of a chunk. */
function runAll(scan: Scan, text: string): { rows: string; odd: string[] } {
  const bytes = Buffer.from(text);
  scan.begin(bytes);
  let rows = '';
  const odd: string[] = [];
  for (;;) {
    const stop = scan.run();
    rows += Buffer.from(scan.output(0).bytes).toString();
    if (stop.kind === 'odd') odd.push(bytes.subarray(stop.oddFrom, stop.oddTo).toString());
    if (stop.kind === 'end') return { rows, odd };
  }
}

describe('the kernel', () => {
  test('never allocates, because the host lays out its memory', () => {
    const text = readFileSync(new URL('../dist/kernel.wat', import.meta.url), 'utf8');
    expect(text).toContain('v128');
    expect(text).not.toMatch(/__new|__alloc|memory\.grow/);
  });
});

describe('a scan', () => {
  test('writes a row for each resource of the type, and none for others and empty lines', () => {
    const lines = [patient('a'), '', '{"resourceType":"Device","id":"x"}', '  \r', ` ${patient('b')} \r`];
    expect(runAll(createScan(program), lines.join('\n'))).toEqual({ rows: 'a,other\nb,other\n', odd: [] });
  });

  test('counts resources of other types, by type, until it is asked', () => {
    const scan = createScan(program);
    const types = ['Bundle', 'Group', 'Group', 'Patients', 'Pat', 'Bundle', 'Group', ''];
    const lines = types.flatMap((type) => [patient('a'), `{"id":"x","resourceType" : "${type}"}`]);
    expect(runAll(scan, lines.join('\n')).odd).toEqual([]);
    const counts = { Bundle: 2, Group: 3, Patients: 1, Pat: 1, '': 1 };
    expect(Object.fromEntries(scan.takeOtherTypes())).toEqual(counts);
    expect(scan.takeOtherTypes().size).toBe(0);
    runAll(scan, lines.join('\n'));
    expect(Object.fromEntries(scan.takeOtherTypes())).toEqual(counts);
  });

  test('counts the types that it has no room for together, and leaves escaped names to others', () => {
    const scan = createScan(program);
    const types = Array.from({ length: 40 }, (_, n) => `Type${n}`);
    const long = 'x'.repeat(49);
    const lines = [...types, 'Type0', 'Type39', long].map((type) => `{"resourceType":"${type}"}`);
    const escaped = '{"resourceType":"Gr\\u006fup"}';
    expect(runAll(scan, [...lines, escaped].join('\n')).odd).toEqual([escaped]);
    const counts = scan.takeOtherTypes();
    expect([counts.size, counts.get('Type0'), counts.get('Type30'), counts.get('')]).toEqual([32, 2, 1, 11]);
  });

  test.each([
    '{"resourceType":"Patient","id":"x"',
    '{"resourceType":"Patient","id":"x"}}',
    '{"resourceType":"Patient","id":"x",}',
    '{"resourceType":"Patient","id" "x"}',
    '{"resourceType":"Patient","id":"x"} x',
    '{"resourceType":"Patient","id":"x","a":[1 2]}',
    '{"resourceType":"Patient","id":"x","a":["b" "c"]}',
    '{"resourceType":"Patient","id":"x","a":["b""c"]}',
    '{"resourceType":"Patient","id":"x","a":[01]}',
    '{"resourceType":"Patient","id":"x","a":[1.]}',
    '{"resourceType":"Patient","id":"x","a":tru}',
    '{"resourceType":"Patient","id":"x","a":"\\q"}',
    '{"resourceType":"Patient","id":"x","a":"\\u12g4"}',
    '{"resourceType":"Patient","id":"x","a":"\u0001"}',
    '{"resourceType":"Patient","id":"x","a":{"b":[}}',
    '{"resourceType":"Patient","id":"x","a":"b}',
    '{"resourceType":"Patient","\\u0069d":"x"}',
    '{"resourceType":"Patient","id":"x","id":"y"}',
    '{"id":"x"}',
    '["x"]',
    'x',
  ])('leaves %s to others and goes on behind it', (line) => {
    const text = [patient('a'), line, patient('b'), ''].join('\n');
    expect(runAll(createScan(program), text)).toEqual({ rows: 'a,other\nb,other\n', odd: [line] });
  });

  test.each(['', ' '])('takes of all short values those that are JSON, with "%s" between', (between) => {
    const tokens = ['{', '}', '[', ']', ':', ',', '"b"', '1'];
    let values = [''];
    const lines: string[] = [];
    for (let length = 1; length <= 5; length += 1) {
      values = values.flatMap((value) => tokens.map((token) => value + between + token));
      lines.push(...values.map((value) => patient('a', `,"a":${value}`)));
    }
    const scan = createScan(program);
    const left: string[] = [];
    let rows = 0;
    for (let at = 0; at < lines.length; at += 4096) {
      const scanned = runAll(scan, lines.slice(at, at + 4096).join('\n'));
      left.push(...scanned.odd);
      rows += scanned.rows.split('\n').length - 1;
    }
    expect(left).toEqual(lines.filter((line) => !isJson(line)));
    expect(rows).toBe(lines.length - left.length);
  });

  test.each([
    [255, 'goes through', []],
    [256, 'leaves to others', [0]],
  ])('%d levels of brackets that are skipped it %s', (levels, _, odd) => {
    const line = patient(
      'a',
      `,"a":${'[{"b":'.repeat(levels / 2)}${levels % 2 ? '[]' : '1'}${'}]'.repeat(levels / 2)}`,
    );
    expect(isJson(line)).toBe(true);
    expect(runAll(createScan(program), line).odd).toEqual(odd.map(() => line));
  });

  test('that checks only read values passes over faults elsewhere, but not over faults that would mislead it', () => {
    const wrong = patient('a', ',"b":[1 2,{3:4},tru]');
    const misleading = [
      patient('x', ',"b":[1'),
      patient('x', ',"id":"y"'),
      '{"resourceType":"Patient","id":tru}',
    ];
    const text = [wrong, ...misleading, patient('z')].join('\n');
    expect(runAll(createScan(program, 'read'), text)).toEqual({
      rows: 'a,other\nz,other\n',
      odd: misleading,
    });
  });

  test('leaves a line that is not UTF-8 to others', () => {
    const scan = createScan(program);
    scan.begin(Buffer.from(`${patient('a', ',"b":"\xff"')}\n`, 'latin1'));
    expect(scan.run()).toMatchObject({ kind: 'odd', oddFrom: 0 });
  });

  test.each(['\xff', '\x01', '" x"'])(
    'leaves a line with %j to others, whatever is wrong with the lines after it',
    (wrong) => {
      const scan = createScan(program);
      const start = Buffer.byteLength(`${patient('a')}\n`);
      const text = [patient('a'), patient(wrong), '\\x', '"\\x', '\\x', patient('b'), ''].join('\n');
      scan.begin(Buffer.from(text, 'latin1'));
      expect(scan.run()).toMatchObject({ kind: 'odd', resources: 1, oddFrom: start });
    },
  );

  test('stops before the line after the one that reaches a limit', () => {
    const scan = createScan(program);
    const lines = ['a', 'b', 'c'].map((id) => patient(id));
    scan.begin(Buffer.from(lines.join('\n')));
    const stop = scan.run([{ rows: 2, bytes: 1000 }]);
    expect(stop).toMatchObject({ kind: 'limit', position: 2 * (patient('a').length + 1), resources: 2 });
    expect(scan.output(0).rows).toBe(2);
    expect(scan.run()).toMatchObject({ kind: 'end', resources: 1 });
    expect(Buffer.from(scan.output(0).bytes).toString()).toBe('c,other\n');
  });

  test('quotes fields as needed and resolves escapes', () => {
    const { rows } = runAll(
      createScan(program),
      [patient('a,b'), patient('a\\"b'), patient('\\t\\n')].join('\n'),
    );
    expect(rows).toBe('"a,b",other\n"a""b",other\n"\t\n",other\n');
  });

  test('refuses a program that does not fit', () => {
    const [view] = program.views;
    if (view === undefined) throw new Error('the program has a view');
    const columns = Array.from({ length: 5000 }, (_, index) => `column-${index}`.padEnd(200, 'x'));
    expect(() => createScan({ ...program, views: [{ ...view, columns }] })).toThrow(ProgramTooLargeError);
  });

  test('refuses a chunk that is too long before it writes any of it', () => {
    const scan = createScan(program);
    scan.begin(Buffer.from(patient('a')));
    expect(() => {
      scan.begin(Buffer.alloc(scan.mostBytes + 1, 'x'));
    }).toThrow(ChunkTooLongError);
    expect(scan.run()).toMatchObject({ kind: 'end', resources: 1 });
    expect(Buffer.from(scan.output(0).bytes).toString()).toBe('a,other\n');
  });

  test('takes a chunk of the longest length, with and without its last newline', () => {
    const scan = createScan(program);
    const rest = scan.mostBytes - patient('a', ',"b":""').length;
    for (const line of [
      patient('a', `,"b":"${'x'.repeat(rest)}"`),
      `${patient('a', `,"b":"${'x'.repeat(rest - 1)}"`)}\n`,
    ]) {
      expect(line).toHaveLength(scan.mostBytes);
      expect(runAll(scan, line)).toEqual({ rows: 'a,other\n', odd: [] });
    }
  });

  test('leaves all lines of a chunk to others when the kernel traps on its index, and goes on with the next', () => {
    const kernel = createKernel();
    let isBroken = true;
    const scan = createScan(program, 'all', Infinity, {
      ...kernel,
      begin(input, length, place, newlines) {
        const target = isBroken ? kernel.memory.buffer.byteLength : place;
        isBroken = false;
        kernel.begin(input, length, target, newlines);
      },
    });
    const lines = [patient('a'), '', ' \r', '{', patient('b')];
    expect(runAll(scan, lines.join('\n'))).toEqual({ rows: '', odd: [lines[0], lines[3], lines[4]] });
    expect(scan.run()).toMatchObject({ kind: 'end', position: lines.join('\n').length + 1 });
    expect(scan.traps).toBe(1);
    expect(runAll(scan, lines.join('\n'))).toEqual({ rows: 'a,other\nb,other\n', odd: ['{'] });
    expect(scan.traps).toBe(1);
  });

  test('leaves the line on which the kernel traps to others, counts it, and keeps the rows around it', () => {
    const [view] = program.views;
    if (view === undefined) throw new Error('the program has a view');
    // Where `gender` is an object it is asked for a key whose slot would be far outside the memory.
    const gender: Instruction = { op: OP_FIELD, operands: [self, 2] };
    const lost: Instruction = { op: OP_FIELD, operands: [gender, 0x7fffffff] };
    const level = {
      ...view.level,
      columns: [...view.level.columns, { cell: 2, expression: lost, flags: 0 }],
    };
    const columns = [...view.columns, 'lost'];
    const scan = createScan({ ...program, views: [{ ...view, columns, level }] });
    const trap = '{"resourceType":"Patient","id":"x","gender":{}}';
    const lines = [patient('a'), trap, patient('b'), trap, trap, patient('c')];
    expect(runAll(scan, lines.join('\n'))).toEqual({
      rows: 'a,other,\nb,other,\nc,other,\n',
      odd: [trap, trap, trap],
    });
    expect(scan.traps).toBe(3);
    expect(runAll(scan, patient('d'))).toEqual({ rows: 'd,other,\n', odd: [] });
  });

  test('leaves a line whose evaluation runs out of stack to others, counts it, and keeps the rows around it', () => {
    const [view] = program.views;
    if (view === undefined) throw new Error('the program has a view');
    const gender: Instruction = {
      op: OP_FIELD,
      operands: [{ op: OP_RESOURCE, operands: [] }, 2],
    };
    const isEndless: Instruction = { op: OP_EXISTS, operands: [gender] };
    // Below the id of a Patient with `gender` is the same id, and so on.
    const next: Instruction = {
      op: OP_CONDITIONAL,
      operands: [isEndless, self, { op: OP_NONE, operands: [] }],
    };
    const level = { columns: [{ cell: 0, expression: self, flags: 0 }], steps: [] };
    const start: Instruction = { op: OP_FIELD, operands: [self, 1] };
    const steps = [{ kind: 'repeat', start: [start], next: [next], level } as const];
    const scan = createScan({
      ...program,
      views: [{ ...view, columns: ['id'], level: { columns: [], steps } }],
    });
    const finite = (id: string): string => `{"resourceType":"Patient","id":"${id}"}`;
    const lines = [finite('a'), patient('x'), finite('b'), patient('x'), finite('c')];
    expect(runAll(scan, lines.join('\n'))).toEqual({ rows: 'a\nb\nc\n', odd: [patient('x'), patient('x')] });
    expect(scan.traps).toBe(2);
  });
});
