import { expect, test } from '@jest/globals';
import type { Plan, Subject, Task } from '@millrace/export';
import { joinLast } from './join-last.js';

const view = (name: string): Subject => ({ kind: 'view', name, view: { resource: 'Patient' } });
const resources = (name: string): Subject => ({ kind: 'resources', name, resourceType: 'Patient' });
const ranges = (pass: number, count: number, kind: 'range' | 'copy' = 'range'): Task[] =>
  Array.from({ length: count }, (_, at) => ({ kind, pass, input: 0, start: at, end: at + 1 }));
const input = (compression: 'none' | 'gzip' = 'none') => ({ key: 'a', bytes: 1, compression, version: '1' });
const plan = (passes: readonly number[][], ...stages: Task[][]): Plan => ({
  inputs: [input()],
  passes: passes.map((subjects) => ({ resourceType: 'Patient', subjects })),
  outputs: passes.flat().map(() => ({ stage: stages.length - 1 })),
  notices: [],
  stages,
});

test('parts of a pass with several ranges are joined behind them, and those of one range stay', () => {
  const joined = joinLast(plan([[0, 1], [2]], [...ranges(0, 3), ...ranges(1, 1)]), {
    subjects: [view('a'), view('b'), view('c')],
  });
  expect(joined.stages[1]).toEqual([{ kind: 'join', pass: 0, first: 0, end: 3 }]);
  expect(joined.outputs).toEqual([{ stage: 1 }, { stage: 1 }, { stage: 0 }]);
});

test('many ranges are joined by several tasks, each by its places in the last stage', () => {
  const stages = [ranges(0, 1), [{ kind: 'query', pass: 1 } as const, ...ranges(2, 130)]];
  const joined = joinLast(plan([[0], [1], [2]], ...stages), { subjects: [view('a'), view('b'), view('c')] });
  expect(joined.stages[2]).toEqual([
    { kind: 'join', pass: 2, first: 1, end: 65 },
    { kind: 'join', pass: 2, first: 65, end: 129 },
    { kind: 'join', pass: 2, first: 129, end: 131 },
  ]);
});

test('a large gzip file is one range, and its parts are joined', () => {
  const [range] = ranges(0, 1);
  const large = { ...range, end: 64 << 20 } as Task;
  const packed = { ...plan([[0]], [large]), inputs: [input('gzip')] };
  expect(joinLast(packed, { subjects: [view('a')] }).stages).toHaveLength(2);
  expect(joinLast(plan([[0]], [large]), { subjects: [view('a')] }).stages).toHaveLength(1);
});

test('the parts of one range are joined, too, where they are divided by partition', () => {
  const joined = joinLast(plan([[0]], ranges(0, 1)), { subjects: [view('a')], partitionBy: 'gender' });
  expect(joined.stages[1]).toEqual([{ kind: 'join', pass: 0, first: 0, end: 1 }]);
});

test('resources, tables of SQL and nothing are left as they are', () => {
  const copies = plan([[0]], ranges(0, 3, 'copy'));
  expect(joinLast(copies, { subjects: [resources('a')] })).toBe(copies);
  const tables = plan([[1]], ranges(0, 3));
  expect(joinLast(tables, { subjects: [view('a')] })).toBe(tables);
  const nothing = plan([]);
  expect(joinLast(nothing, { subjects: [] })).toBe(nothing);
});
