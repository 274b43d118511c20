import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { ExportRequest } from '@millrace/export';
import { readManifest } from '@millrace/lifecycle';
import { openSink } from '@millrace/storage';
import { openOwners } from './owners.js';
import type { Owners } from './owners.js';
import { writeObservations } from './source-data.js';
import { startTestStack } from './test-stack.js';
import { until } from '../until.js';

const PATIENTS = ['p1', 'p2', 'p3', 'p4'];
const patient = (id: string): string =>
  `${JSON.stringify({ resourceType: 'Patient', id, meta: { lastUpdated: '2025-01-01T00:00:00Z' } })}\n`;
const condition = (id: string, of: string, year: number): string => {
  const meta = { lastUpdated: `${year}-06-01T00:00:00Z` };
  return `${JSON.stringify({ resourceType: 'Condition', id, meta, subject: { reference: `Patient/${of}` } })}\n`;
};
const CONDITIONS = PATIENTS.flatMap((of) =>
  [2024, 2026, 2028].map((year) => condition(`${of}-${year}`, of, year)),
);
const deleted = (lastUpdated: string, url: string): string =>
  `${JSON.stringify({
    resourceType: 'Bundle',
    type: 'transaction',
    meta: { lastUpdated },
    entry: [{ request: { method: 'DELETE', url } }],
  })}\n`;
const GROUP = {
  resourceType: 'Group',
  id: 'g',
  member: [
    { entity: { reference: 'Patient/p1' } },
    { entity: { reference: 'Patient/p2' }, period: { start: '2026-02-01' } },
    { entity: { reference: 'Patient/p3' }, period: { start: '2024-02-01' } },
  ],
};

let data: string;
beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'millrace-copied-'));
  await writeObservations(data, 100e6);
  await writeFile(join(data, '1.Patient.ndjson'), PATIENTS.slice(0, 2).map(patient).join('').trimEnd());
  await writeFile(join(data, '2.Patient.ndjson'), PATIENTS.slice(2).map(patient).join(''));
  await writeFile(join(data, 'Condition.ndjson'), CONDITIONS.join(''));
  await writeFile(join(data, 'Group.ndjson'), JSON.stringify(GROUP));
  const deletions = ['2024', '2026'].flatMap((year) =>
    ['Patient/p9', 'Device/d'].map((url) => deleted(`${year}-01-01T00:00:00Z`, url)),
  );
  await writeFile(join(data, 'deleted.ndjson'), deletions.join(''));
});
afterAll(() => rm(data, { recursive: true, force: true }));

const resources = (...types: readonly string[]): ExportRequest['subjects'] =>
  types.map((type) => ({ kind: 'resources', name: type, resourceType: type }));

/** Waits for the end of an export; the text of its files, by output, and the names of the files. */
async function outputsOf(
  owners: Owners,
  outFolder: string,
  exportId: string,
): Promise<{ texts: Record<string, string>; names: readonly string[]; engines: readonly string[] }> {
  await until(async () => (await owners.read(exportId))?.state === 'completed');
  const store = openSink({ kind: 'file', root: outFolder });
  const manifest = await readManifest(store, 'default', exportId);
  if (manifest?.outcome !== 'completed') throw new Error('the export has no manifest');
  const texts: Record<string, string> = {};
  for (const { name, files } of manifest.outputs) {
    const bodies = await Promise.all(files.map(({ key }) => readFile(join(outFolder, key))));
    texts[name] = Buffer.concat(bodies).toString('utf8');
  }
  const names = manifest.outputs.flatMap(({ files }) => files.map((file) => file.name));
  return { texts, names, engines: manifest.outputs.map(({ engine }) => engine) };
}

test('resources are copied by type from all their files, and a type without any has no file', async () => {
  const prefix = `{e2e-${randomUUID()}}`;
  await using stack = await startTestStack({ data, workers: 1, environment: { REDIS_PREFIX: prefix } });
  await using owners = await openOwners(prefix, stack.outFolder);
  const id = await owners.order('anonymous', {
    subjects: resources('Patient', 'Condition', 'Device'),
    filter: { until: '2027-01-01T00:00:00Z' },
  });
  const { texts, names, engines } = await outputsOf(owners, stack.outFolder, id);
  expect(texts).toEqual({
    Patient: PATIENTS.map(patient).join(''),
    Condition: CONDITIONS.filter((line) => !line.includes('-2028')).join(''),
    Device: '',
  });
  expect(names).toEqual(['Patient.part1.ndjson', 'Patient.part2.ndjson', 'Condition.part1.ndjson']);
  expect(engines).toEqual(['copy', 'copy', 'copy']);
}, 60_000);

test('elements, predicates and deletions are those of the request', async () => {
  const prefix = `{e2e-${randomUUID()}}`;
  await using stack = await startTestStack({ data, workers: 1, environment: { REDIS_PREFIX: prefix } });
  await using owners = await openOwners(prefix, stack.outFolder);
  const id = await owners.order('anonymous', {
    subjects: [
      { kind: 'resources', name: 'Patient', resourceType: 'Patient', elements: ['active'] },
      {
        kind: 'resources',
        name: 'Condition',
        resourceType: 'Condition',
        where: ["subject.reference = 'Patient/p1'", "subject.reference = 'Patient/p4'"],
      },
      { kind: 'deletions', name: 'deleted', resourceTypes: ['Patient', 'Condition'] },
    ],
    filter: { since: '2024-12-01T00:00:00Z', until: '2027-01-01T00:00:00Z' },
  });
  const { texts } = await outputsOf(owners, stack.outFolder, id);
  const patients = (texts['Patient'] ?? '').trimEnd().split('\n');
  expect(patients.map((line) => JSON.parse(line) as unknown)).toEqual(
    PATIENTS.map((one) => ({
      resourceType: 'Patient',
      id: one,
      meta: {
        lastUpdated: '2025-01-01T00:00:00Z',
        tag: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue', code: 'SUBSETTED' }],
      },
    })),
  );
  expect(texts['Condition']).toBe(condition('p1-2026', 'p1', 2026) + condition('p4-2026', 'p4', 2026));
  expect(texts['deleted']).toBe(deleted('2026-01-01T00:00:00Z', 'Patient/p9'));
}, 60_000);

test.each([
  ['include', ['p1-2026', 'p2-2024', 'p2-2026', 'p3-2026'], ['p2']],
  ['exclude', ['p1-2026', 'p2-2026', 'p3-2026'], []],
] as const)(
  'of members of a group who joined later, older resources are: %s',
  async (how, conditions, patients) => {
    const prefix = `{e2e-${randomUUID()}}`;
    await using stack = await startTestStack({ data, workers: 1, environment: { REDIS_PREFIX: prefix } });
    await using owners = await openOwners(prefix, stack.outFolder);
    const id = await owners.order('anonymous', {
      subjects: resources('Patient', 'Condition'),
      filter: {
        since: '2026-01-01T00:00:00Z',
        until: '2027-01-01T00:00:00Z',
        groups: ['g'],
        joinedLater: how,
      },
    });
    const { texts } = await outputsOf(owners, stack.outFolder, id);
    expect(texts).toEqual({
      Patient: patients.map(patient).join(''),
      Condition: CONDITIONS.filter((line) => conditions.some((one) => line.includes(`"${one}"`))).join(''),
    });
  },
  60_000,
);

test('an export of resources whose workers are killed in the middle has every byte once', async () => {
  const prefix = `{e2e-${randomUUID()}}`;
  const environment = {
    REDIS_PREFIX: prefix,
    // The engine that takes longer, so that there is a middle.
    ENGINE: 'codegen',
    ENGINE_THREADS: '1',
    SHARD_BYTES: '50000000',
    CUT_BYTES: '2000000',
    LEASE: '1s',
    LEASE_MARGIN: '200ms',
  };
  await using stack = await startTestStack({ data, workers: 2, environment });
  await using owners = await openOwners(prefix, stack.outFolder);
  const id = await owners.order('anonymous', { subjects: resources('Observation') });
  const whole = await readFile(join(data, 'Observation.ndjson'));
  for (const share of [0.1, 0.4]) {
    await until(async () => ((await owners.read(id))?.bytesWritten ?? 0) > share * whole.length);
    await Promise.all(stack.workers.map((worker) => worker.end('SIGKILL')));
    await stack.startWorker();
  }
  const { texts } = await outputsOf(owners, stack.outFolder, id);
  expect(texts['Observation'] === whole.toString('utf8')).toBe(true);
}, 120_000);
