import { describe, expect, test } from '@jest/globals';
import { createMemorySource } from '@millrace/storage/memory';
import { isReading } from '@millrace/export';
import type { Subject } from '@millrace/export';
import type { Source } from '@millrace/storage';
import { stepFault } from './step-fault.js';
import { proposePlan } from './propose-plan.js';
import { tellDeletionsLast } from './tell-deletions-last.js';

const views = (...types: readonly string[]): Subject[] =>
  types.map((type) => ({ kind: 'view', name: type, view: { resource: type } }));

function propose(keys: readonly string[], types: readonly string[], isRead?: (type: string) => boolean) {
  return proposeFor(keys, views(...types), isRead);
}

function proposeFor(
  keys: readonly string[],
  subjects: readonly Subject[],
  isRead?: (type: string) => boolean,
) {
  const files = new Map(keys.map((key) => [key, Buffer.from('{}\n')]));
  return proposePlan(
    createMemorySource({ name: 'main', fhirVersion: 'R4', files }),
    { subjects },
    {
      shardBytes: 1e6,
      ...(isRead === undefined ? {} : { isRead }),
    },
  );
}

describe('a plan', () => {
  test('of views has one stage, whose parts are the outputs', async () => {
    const { stages, outputs } = await propose(['Patient.ndjson', 'Group.ndjson'], ['Group', 'Patient']);
    expect(stages).toEqual([
      [
        { kind: 'range', pass: 0, input: 0, start: 0, end: 3 },
        { kind: 'range', pass: 1, input: 1, start: 0, end: 3 },
      ],
    ]);
    expect(outputs).toEqual([{ stage: 0 }, { stage: 0 }]);
  });

  test('of resources copies the lines of each type, apart from the views of the type', async () => {
    const resources = (type: string): Subject => ({ kind: 'resources', name: type, resourceType: type });
    const { stages, passes } = await proposeFor(
      ['1.Patient.ndjson', '2.Patient.ndjson', 'Group.ndjson'],
      [resources('Patient'), ...views('Patient'), resources('Group')],
    );
    expect(passes.map(({ subjects }) => subjects)).toEqual([[1], [0], [2]]);
    expect(stages[0]?.filter(isReading).map(({ kind, pass, input }) => [kind, pass, input])).toEqual([
      ['range', 0, 0],
      ['range', 0, 1],
      ['copy', 1, 0],
      ['copy', 1, 1],
      ['copy', 2, 2],
    ]);
  });

  test('with queries makes each table once, and outputs when all tables are there', async () => {
    const files = new Map(['Patient', 'Group'].map((type) => [`${type}.ndjson`, Buffer.from('{}\n')]));
    const source = createMemorySource({ name: 'main', fhirVersion: 'R4', files });
    const query = (name: string): Subject => {
      return { kind: 'sql', name, query: { sql: 'SELECT 1', names: { p: 'r2' } }, values: [], columns: [] };
    };
    const of = { canonical: 'urn:p', columns: [] };
    const request = {
      subjects: [query('q'), ...views('Patient', 'Group'), query('r')],
      sql: {
        tables: [
          { kind: 'view' as const, id: 'r1', ...of, view: { resource: 'Group' } },
          { kind: 'view' as const, id: 'r2', ...of, view: { resource: 'Patient' } },
        ],
        views: [],
      },
    };
    const { stages, outputs, passes } = await proposePlan(source, request, { shardBytes: 1e6 });
    expect(passes.map(({ subjects }) => subjects)).toEqual([[5], [1], [4], [2], [0], [3]]);
    expect(stages).toEqual([
      [
        { kind: 'range', pass: 0, input: 0, start: 0, end: 3 },
        { kind: 'range', pass: 2, input: 1, start: 0, end: 3 },
      ],
      [
        { kind: 'query', pass: 4 },
        { kind: 'query', pass: 5 },
        { kind: 'range', pass: 1, input: 0, start: 0, end: 3 },
        { kind: 'range', pass: 3, input: 1, start: 0, end: 3 },
      ],
    ]);
    expect(outputs).toEqual([1, 1, 1, 1].map((stage) => ({ stage })));
    const withoutInput = createMemorySource({ name: 'main', fhirVersion: 'R4', files: new Map() });
    const empty = await proposePlan(withoutInput, request, { shardBytes: 1e6 });
    expect(empty.stages.map((tasks) => tasks.map(({ kind }) => kind))).toEqual([['query', 'query']]);
    expect(empty.outputs[0]).toEqual({ stage: 0 });
  });

  test('of blocks copies the lines of resources to buckets, and makes the blocks of each when all are filled', async () => {
    const files = new Map([
      ['Patient.ndjson', Buffer.from('{}\n'.repeat(20))],
      ['deleted.ndjson', Buffer.from('{}\n')],
    ]);
    const source = createMemorySource({ name: 'main', fhirVersion: 'R4', files });
    const subjects: Subject[] = [
      { kind: 'resources', name: 'Patient', resourceType: 'Patient' },
      { kind: 'deletions', name: 'deleted', resourceTypes: ['Patient'] },
      { kind: 'blocks', name: 'blocks', by: 'Patient' },
    ];
    const { stages, outputs, passes } = await proposePlan(source, { subjects }, { shardBytes: 30 });
    const split = { kind: 'split', pass: 0, input: 0, buckets: 2 };
    expect(stages).toEqual([
      [
        { ...split, start: 0, end: 30 },
        { ...split, start: 30, end: 60 },
        { kind: 'copy', pass: 1, input: 1, start: 0, end: 3 },
      ],
      [0, 1].map((bucket) => ({ kind: 'gather', pass: 2, bucket, buckets: 2 })),
    ]);
    expect(passes[2]?.subjects).toEqual([2]);
    expect(outputs).toEqual([{ stage: 1 }, { stage: 0 }, { stage: 1 }]);
    const ofOne = await proposePlan(source, { subjects }, { shardBytes: 30, patients: 1 });
    expect(ofOne.stages[1]).toHaveLength(1);
  });

  test('of deletions reads their files, and needs none', async () => {
    const subjects: Subject[] = [
      { kind: 'resources', name: 'Patient', resourceType: 'Patient' },
      { kind: 'deletions', name: 'deleted', resourceTypes: ['Patient'] },
    ];
    const { inputs, passes } = await proposeFor(['Patient.ndjson', 'deleted.ndjson'], subjects);
    expect(inputs.map(({ key }) => key)).toEqual(['Patient.ndjson', 'deleted.ndjson']);
    expect(passes.map(({ subjects: [index] }) => index)).toEqual([0, 1]);
    expect(await proposeFor(['Patient.ndjson', 'other.zip'], subjects)).toMatchObject({
      stages: [[{ kind: 'copy', pass: 0 }]],
    });
  });

  test('tells deletions in a stage behind all others, where some are of resources that are exported', async () => {
    const subjects: Subject[] = [
      { kind: 'resources', name: 'Patient', resourceType: 'Patient' },
      { kind: 'deletions', name: 'deleted', resourceTypes: ['Patient'] },
    ];
    const files = ['Patient.ndjson', 'deleted.ndjson'];
    const { stages, outputs } = tellDeletionsLast(await proposeFor(files, subjects), subjects);
    expect(stages.map((tasks) => tasks.map(({ pass }) => pass))).toEqual([[0], [1]]);
    expect(outputs).toEqual([{ stage: 0 }, { stage: 1 }]);
    const blocks: Subject[] = [...subjects, { kind: 'blocks', name: 'blocks', by: 'Patient' }];
    const organized = tellDeletionsLast(await proposeFor(files, blocks), blocks);
    expect(organized.stages.map(([task]) => task?.kind)).toEqual(['split', 'gather', 'copy']);
    expect(organized.outputs).toEqual([{ stage: 1 }, { stage: 2 }, { stage: 1 }]);
    const alone = tellDeletionsLast(await proposeFor(['deleted.ndjson'], subjects), subjects);
    expect([alone.stages.length, alone.outputs[1]]).toEqual([1, { stage: 0 }]);
  });

  test('names the files that look like data and that it does not read', async () => {
    const { inputs, notices } = await propose(
      ['1.Patient.ndjson', 'patient.ndjson', 'Patient.zip', 'Group.ndjson'],
      ['Patient'],
    );
    expect(inputs.map(({ key }) => key)).toEqual(['1.Patient.ndjson']);
    expect(notices).toEqual([
      {
        kind: 'unread-input',
        count: 2,
        diagnostics: expect.stringMatching(
          /^2 files that may hold data are not read: Patient\.zip, patient\.ndjson\. Millrace reads files/,
        ),
      },
    ]);
  });

  test('names ten of many files', async () => {
    const keys = Array.from({ length: 12 }, (_, n) => `${n + 10}.zip`);
    const { notices } = await propose(['Patient.ndjson', ...keys], ['Patient']);
    expect(notices[0]).toMatchObject({
      count: 12,
      diagnostics: expect.stringMatching(/19\.zip and 2 more\./),
    });
  });

  test('is not made where a type has no input and files are there that nobody reads', async () => {
    const planning = propose(['Patient.ndjson', 'device-export.ndjson'], ['Patient', 'Device']);
    await expect(planning).rejects.toThrow('no input is one of Device, and 1 file that may hold data is not');
    const fault = stepFault(await planning.catch((error: unknown) => error));
    expect(fault).toMatchObject({ retryable: false, failure: { status: 422, code: 'not-found' } });
    expect(fault.failure.diagnostics).toContain('device-export.ndjson');
    expect(fault.failure.diagnostics).toContain('such as Patient.ndjson, 1.Patient.ndjson');
  });

  test('is made where nothing that looks like data is left out, and of types that are not read', async () => {
    expect(await propose(['Patient.ndjson', 'README.md'], ['Device'])).toMatchObject({
      inputs: [],
      notices: [],
    });
    const unreadable = propose(['device.ndjson'], ['Device'], () => false);
    expect(await unreadable).toMatchObject({ inputs: [], notices: [{ kind: 'unread-input' }] });
  });

  test('is given up, with few lookups more, when its export is cancelled or its lease lost', async () => {
    const stop = new AbortController();
    let lookups = 0;
    const source: Source = {
      ...createMemorySource({ name: 'main', fhirVersion: 'R4', files: new Map() }),
      list: async () => [{ key: 'Patient.ndjson', bytes: 1e12, compression: 'none', version: '1' }],
      async *read() {
        lookups += 1;
        if (lookups === 20) stop.abort(new Error('cancelled'));
        yield Buffer.from('\n');
      },
    };
    await expect(
      proposePlan(source, { subjects: views('Patient') }, { shardBytes: 1e6 }, stop.signal),
    ).rejects.toThrow('cancelled');
    expect(lookups).toBeLessThan(40);
  });
});
