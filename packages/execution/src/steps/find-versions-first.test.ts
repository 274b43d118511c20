import { expect, test } from '@jest/globals';
import type { Plan, Task } from '@millrace/export';
import { planSchema, planText } from '@millrace/export';
import { findVersionsFirst } from './find-versions-first.js';

const input = (key: string, bytes: number, compression: 'none' | 'gzip' = 'none') => {
  return { key, bytes, compression, version: '1' };
};
const range = (kind: 'range' | 'copy', pass: number, at: number, start: number, end: number): Task => {
  return { kind, pass, input: at, start, end };
};

const PLAN: Plan = {
  inputs: [
    input('1.Patient.ndjson', 30),
    input('2.Patient.ndjson', 20),
    input('Group.ndjson.gz', 10, 'gzip'),
    input('deleted.ndjson', 10),
  ],
  passes: [
    { resourceType: 'Patient', subjects: [0] },
    { resourceType: 'Patient', subjects: [1] },
    { resourceType: 'Group', subjects: [2] },
    { resourceType: 'deleted', subjects: [3] },
  ],
  stages: [
    [
      range('range', 0, 0, 0, 30),
      range('range', 0, 1, 0, 20),
      range('range', 1, 0, 0, 30),
      range('range', 1, 1, 0, 20),
      range('copy', 2, 2, 0, 10),
      range('copy', 3, 3, 0, 10),
    ],
  ],
  outputs: [{ stage: 0 }, { stage: 0 }, { stage: 0 }, { stage: 0 }],
  notices: [],
};

test('each type has tasks before all others, as many as its content needs, and deletions have none', () => {
  const { stages, outputs } = findVersionsFirst(PLAN, 50);
  expect(stages).toEqual([
    [
      { kind: 'versions', pass: 0, input: 0, inputs: 2, bytes: 50, share: 0, shares: 1 },
      { kind: 'versions', pass: 2, input: 2, inputs: 1, bytes: 10, share: 0, shares: 2 },
      { kind: 'versions', pass: 2, input: 2, inputs: 1, bytes: 10, share: 1, shares: 2 },
    ],
    ...PLAN.stages,
  ]);
  expect(outputs).toEqual([{ stage: 1 }, { stage: 1 }, { stage: 1 }, { stage: 1 }]);
});

test('a plan that reads nothing stays as it is', () => {
  const plan = { ...PLAN, stages: [] };
  expect(findVersionsFirst(plan, 50)).toBe(plan);
});

test('such a plan is read as it was stored', () => {
  const plan = findVersionsFirst(PLAN, 7);
  expect(planSchema.parse(JSON.parse(planText(plan)))).toEqual(plan);
});
