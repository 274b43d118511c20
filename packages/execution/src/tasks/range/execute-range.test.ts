import { describe, expect, test } from '@jest/globals';
import type { ExportRequest, Plan } from '@millrace/export';
import { EngineFaultError, finalFault } from '@millrace/run';
import type { RangeTask } from '@millrace/run';
import type { ExecutionPorts } from '../../ports.js';
import { executeRange } from './execute-range.js';

const view = { resourceType: 'ViewDefinition', resource: 'Patient' };
const REQUEST: ExportRequest = {
  schemaVersion: 1,
  id: 'e',
  tenant: 't',
  client: 'c',
  operation: 'sql-export',
  source: 's',
  format: 'csv',
  header: true,
  fhirVersion: 'R4',
  acceptedAt: '2026-11-28T00:00:00.000Z',
  subjects: [
    { kind: 'view', name: 'v', view },
    { kind: 'sql', name: 'q', query: { sql: 'SELECT 1', names: { p: 'r1' } }, values: [], columns: [] },
  ],
  sql: { tables: [{ kind: 'view', id: 'r1', canonical: 'urn:people', columns: [], view }], views: [] },
};
const PLAN: Plan = {
  inputs: [{ key: 'Patient.ndjson', bytes: 1, compression: 'none', version: '1' }],
  passes: [
    { resourceType: 'Patient', subjects: [2] },
    { resourceType: 'Patient', subjects: [0] },
  ],
  stages: [],
  outputs: [{ stage: 1 }, { stage: 1 }],
  notices: [],
};

/** Executes a range of a pass on an engine that fails because of the subject of that pass. */
async function fail(pass: number): Promise<{ readonly task: RangeTask; readonly error: unknown }> {
  let task: RangeTask | undefined;
  const ports = {
    pool: {
      async run(given: RangeTask) {
        task = given;
        const place = `subject[${given.views[0]?.subject}]`;
        throw new EngineFaultError(finalFault(422, 'processing', 'Patient.ndjson, line 3: no', [place]));
      },
    },
    jobs: {},
    settings: { engine: 'auto', limits: {}, malformedLines: 'fail' },
  } as unknown as ExecutionPorts;
  const error: unknown = await executeRange(
    ports,
    {
      task: { kind: 'range', pass, input: 0, start: 0, end: 1 },
      lease: { exportId: 'e', step: 'shard-0', token: '1', nonce: 'n' },
      checkpoint: { cuts: 0, offset: 0 },
      request: REQUEST,
      plan: PLAN,
      stop: new AbortController().signal,
      finishAtCut: new AbortController().signal,
    },
    async () => undefined,
  ).catch((reason: unknown) => reason);
  if (task === undefined) throw new Error('no task was run');
  return { task, error };
}

describe('a range', () => {
  test('of a view that is asked for has the format of the request, and a fault names the subject', async () => {
    const { task, error } = await fail(1);
    expect(task).toMatchObject({ format: 'csv', partPrefix: 't/e/shard-0/1-n/', views: [{ subject: 0 }] });
    expect(task.views[0]).not.toHaveProperty('partPrefix');
    expect(error).toMatchObject({ fault: { failure: { expression: ['subject[0]'] } } });
  });

  test('of a table of SQL is Parquet in the folder of the table, and a fault names the view', async () => {
    const { task, error } = await fail(0);
    const partPrefix = 't/e/tables/r1/shard-0-1-n-';
    expect(task).toMatchObject({ format: 'parquet', views: [{ subject: 2, view, partPrefix }] });
    expect(error).toBeInstanceOf(EngineFaultError);
    const { failure } = (error as EngineFaultError).fault;
    expect(failure).toEqual({
      status: 422,
      code: 'processing',
      diagnostics: 'in "urn:people", from which SQL selects: Patient.ndjson, line 3: no',
    });
  });
});
