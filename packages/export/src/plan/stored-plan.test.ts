import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Plan } from './plan.js';
import type { ReadingTask, Task } from './task.js';
import { planSchema, planText } from './stored-plan.js';

const read = (text: string): Plan => planSchema.parse(JSON.parse(text));

/** Plans as they were stored when schema version 1 was written. */
function stored(name: string): string {
  return readFileSync(resolve(import.meta.dirname, 'version-1', `${name}.json`), 'utf8');
}

const place = fc.nat(3);
const range = fc
  .tuple(
    fc.constantFrom('range' as const, 'copy' as const, 'split' as const),
    place,
    place,
    fc.nat(1e12),
    fc.integer({ min: 1, max: 1e9 }),
  )
  .map(([kind, pass, input, start, bytes]): ReadingTask => {
    const of = { pass, input, start, end: start + bytes };
    return kind === 'split' ? { kind, buckets: 1 + (bytes % 2), ...of } : { kind, ...of };
  });
/** Two of three go on from the one before, in its input or in the next one. */
const stage = fc.array(fc.tuple(range, fc.nat(2))).map((drawn) => {
  const tasks: ReadingTask[] = [];
  for (const [task, how] of drawn) {
    const { pass, input, end } = tasks.at(-1) ?? task;
    if (how === 0) tasks.push(task);
    else if (how === 1) tasks.push({ ...task, pass, input, start: end, end: end + task.end - task.start });
    else tasks.push({ ...task, pass, input: input + 1 });
  }
  return tasks;
});

/** One of four begins anew; the others go on from the bucket before. */
const gathering = fc.array(fc.tuple(place, place, fc.nat(3))).map((drawn) => {
  const tasks: Extract<Task, { kind: 'gather' }>[] = [];
  for (const [pass, bucket, how] of drawn) {
    const last = tasks.at(-1);
    const isNext = how > 0 && last !== undefined;
    tasks.push(isNext ? { ...last, bucket: last.bucket + 1 } : { kind: 'gather', pass, bucket, buckets: 9 });
  }
  return tasks;
});
const querying = fc.array(place.map((pass): Task => ({ kind: 'query', pass })));
const joining = fc.array(
  fc.tuple(place, place).map(([pass, first]): Task => ({ kind: 'join', pass, first, end: first + 1 + pass })),
);
const anyStage: fc.Arbitrary<Task[]> = fc
  .tuple(stage, gathering, querying, joining)
  .map((kinds) => kinds.flat());

describe('a stored plan', () => {
  test('is read as it was written, task by task and stage by stage', () => {
    fc.assert(
      fc.property(fc.array(anyStage), fc.array(fc.record({ stage: fc.nat(2) })), (stages, outputs) => {
        const plan: Plan = { inputs: [], passes: [], stages, outputs, notices: [] };
        expect(read(planText(plan))).toEqual(plan);
      }),
    );
  });

  test('has a later version where it names Provenance, which workers of the earlier one would pass over', () => {
    const plan: Plan = { inputs: [], passes: [], stages: [], outputs: [], notices: [] };
    const chosen: Plan = {
      ...plan,
      provenance: { key: 'p.ids', resources: 2, joined: { key: 'j.ids', resources: 1 } },
    };
    expect(JSON.parse(planText(plan))).toMatchObject({ schemaVersion: 2 });
    expect(JSON.parse(planText(chosen))).toMatchObject({ schemaVersion: 3 });
    const ofGroup: Plan = { ...plan, groups: { key: 'g.ids', resources: 1 } };
    expect(JSON.parse(planText(ofGroup))).toMatchObject({ schemaVersion: 4 });
    const told: Plan = { ...chosen, deletions: { Patient: { key: 'k', resources: 1 } } };
    expect(JSON.parse(planText(told))).toMatchObject({ schemaVersion: 4 });
    expect(read(planText(told))).toEqual(told);
    expect(read(planText(chosen))).toEqual(chosen);
  });

  test('takes few bytes for each of many shards of one input', () => {
    const bytes = 128 << 20;
    const tasks = Array.from({ length: 10_000 }, (_, n) => {
      return { kind: 'range' as const, pass: 0, input: 0, start: n * bytes, end: (n + 1) * bytes };
    });
    const plan = { inputs: [], passes: [], stages: [tasks], outputs: [{ stage: 0 }], notices: [] };
    expect(planText(plan).length).toBeLessThan(16 * tasks.length);
  });
});

describe('a plan of version 1', () => {
  test('has one stage, which makes all outputs', () => {
    const plan = read(stored('several-passes'));
    expect(plan.outputs).toEqual(Array.from({ length: 11 }, () => ({ stage: 0 })));
    expect(plan.stages).toHaveLength(1);
    expect(plan.stages[0]?.slice(3, 6)).toEqual([
      { kind: 'range', pass: 0, input: 0, start: 1025, end: 1340 },
      { kind: 'range', pass: 0, input: 1, start: 0, end: 220 },
      { kind: 'range', pass: 1, input: 0, start: 0, end: 352 },
    ]);
    expect(plan.stages[0]).toHaveLength(11);
    expect(plan.notices).toMatchObject([{ kind: 'unread-input', count: 1 }]);
  });

  test('keeps the patients of a filter', () => {
    const { cohort, passes } = read(stored('filtered'));
    expect(cohort).toEqual({ key: expect.stringMatching(/^default\/.*\/cohort-.*\.ids$/), patients: 27 });
    expect(passes).toEqual([{ resourceType: 'Patient', subjects: [0, 1] }]);
  });

  test('of workers that looked for nothing beside the inputs has no notices', () => {
    expect(read(stored('without-notices'))).toMatchObject({ notices: [], stages: [{ length: 2 }] });
  });

  test('without shards has no stage', () => {
    expect(read('{"schemaVersion":1,"inputs":[],"passes":[],"shards":[]}').stages).toEqual([]);
  });
});
