import { expect, test } from '@jest/globals';
import type { ExportRequest, Part, Plan, StepId } from '@millrace/export';
import { gatherParts } from './gather-parts.js';

const REQUEST: ExportRequest = {
  schemaVersion: 1,
  id: 'e',
  tenant: 't',
  client: 'c',
  operation: 'sql-export',
  source: 's',
  format: 'ndjson',
  header: false,
  fhirVersion: 'R4',
  acceptedAt: '2026-11-28T00:00:00.000Z',
  subjects: ['early', 'late'].map((name) => ({ kind: 'view', name, view: { resource: 'Patient' } })),
};

/** Two shards, then one; the first subject comes of the first stage, the second one of the second. */
const PLAN: Plan = {
  inputs: [],
  passes: [],
  stages: [[range(0), range(100)], [range(200)]],
  outputs: [{ stage: 0 }, { stage: 1 }],
  notices: [],
};

function range(start: number): Plan['stages'][number][number] {
  return { kind: 'range', pass: 0, input: 0, start, end: start + 100 };
}

/** A job store that has the parts named `subject/key` of each step, and keeps for which steps it is asked. */
function partsOf(stored: Partial<Record<StepId, readonly string[]>>) {
  const asked: StepId[] = [];
  const toPart = (text: string): Part => {
    return { subject: Number(text.split('/')[0]), key: text, rows: 1, bytes: 1, sha256: '', etag: '' };
  };
  return {
    asked,
    parts: async (_: string, steps: readonly StepId[]) => {
      asked.push(...steps);
      return steps.map((step) => (stored[step] ?? []).map(toPart));
    },
  };
}

const keysOf = (files: readonly (readonly Part[])[]): string[][] =>
  files.map((ofSubject) => ofSubject.map(({ key }) => key));

test('parts that a stage made for a later one are not output', async () => {
  const jobs = partsOf({
    'shard-0': ['0/a', '1/for-later'],
    'shard-1': ['1/for-later-too', '0/b'],
    'shard-2': ['1/c', '0/beside'],
  });
  expect(keysOf(await gatherParts(jobs, REQUEST, PLAN))).toEqual([['0/a', '0/b'], ['1/c']]);
});

test('a stage that makes no output is not asked for its parts', async () => {
  const jobs = partsOf({ 'shard-2': ['0/a', '1/b'] });
  const plan = { ...PLAN, outputs: [{ stage: 1 }, { stage: 1 }] };
  expect(keysOf(await gatherParts(jobs, REQUEST, plan))).toEqual([['0/a'], ['1/b']]);
  expect(jobs.asked).toEqual(['shard-2', 'finalize']);
});

test('the empty file that finalize stored is an output, whichever stage was to make it', async () => {
  const jobs = partsOf({ 'shard-0': ['0/a', '1/for-later'], finalize: ['1/empty'] });
  expect(keysOf(await gatherParts(jobs, REQUEST, PLAN))).toEqual([['0/a'], ['1/empty']]);
});

test('a plan that does not know the output of a subject is an error, and no output without rows', async () => {
  const jobs = partsOf({ 'shard-0': ['0/a'], 'shard-2': ['1/b'] });
  const plan = { ...PLAN, outputs: [{ stage: 0 }] };
  await expect(gatherParts(jobs, REQUEST, plan)).rejects.toThrow('the output of each subject');
});

test('the tables of queries are no output', async () => {
  const table = { kind: 'view' as const, id: 'r1', canonical: 'urn:t', columns: [], view: {} };
  const jobs = partsOf({ 'shard-0': ['2/table', '0/a'] });
  const request = { ...REQUEST, sql: { tables: [table], views: [] } };
  expect(keysOf(await gatherParts(jobs, request, PLAN))).toEqual([['0/a'], []]);
});

test('a part of an unknown subject is an error, and not a lost row', async () => {
  const jobs = partsOf({ 'shard-1': ['2/a'] });
  await expect(gatherParts(jobs, REQUEST, PLAN)).rejects.toThrow('2/a is of subject 2');
});
