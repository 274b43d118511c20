import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { LocalStack } from '@millrace/local-stack';
import { COHORT, SINCE, writeFilteredData } from './filtered-data.js';
import type { FilteredData } from './filtered-data.js';
import { idView } from './id-view.js';
import { idsIn } from './ids-in.js';
import { ORACLE_VIEWS } from './independent-views.js';
import type { OracleResource, OracleRow } from './independent-views.js';
import { startTestStack } from './test-stack.js';
import { download, kickOff, rowsIn } from './wire.js';

const VIEWS = ORACLE_VIEWS.filter(({ resource }) =>
  ['Patient', 'Observation', 'Condition'].includes(resource),
);
const ORGANIZATIONS = idView('Organization');

let folder: string;
let data: FilteredData;
let stack: LocalStack;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-filters-'));
  data = await writeFilteredData(
    folder,
    VIEWS.map(({ resource }) => resource),
  );
  await writeFile(join(folder, 'Organization.ndjson'), '{"resourceType":"Organization","id":"o"}\n');
  const environment = { SHARD_BYTES: '1000000', SOURCE_BASE_URLS: 'https://ehr.example/fhir' };
  stack = await startTestStack({ data: folder, workers: 1, environment });
}, 60_000);
afterAll(async () => {
  await stack?.[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

const since = { name: '_since', valueInstant: SINCE };
const patient = (id: string | undefined): object => ({
  name: 'patient',
  valueReference: { reference: `Patient/${id}` },
});
const group = (id: string): object => ({ name: 'group', valueReference: { reference: `Group/${id}` } });

type Keep = (resource: OracleResource) => boolean;

const isChanged: Keep = ({ resourceType, id }) => data.changed.has(`${resourceType}/${id}`);

/** Of all three types it is one element that tells whose a resource is; performers are no patients in these data. */
function isOf(indexes: readonly number[]): Keep {
  const ids = indexes.map((index) => data.patients[index]);
  return ({ resourceType, id, subject }) =>
    ids.includes(resourceType === 'Patient' ? id : /\bPatient\/([^/]+)/.exec(subject?.reference ?? '')?.[1]);
}

async function expectedRows(keep: Keep): Promise<Record<string, readonly OracleRow[]>> {
  const rows: Record<string, readonly OracleRow[]> = {};
  for (const { resource, view, rows: rowsOf } of VIEWS) {
    const lines = (await readFile(join(folder, `${resource}.ndjson`), 'utf8')).trimEnd().split('\n');
    rows[String(view.name)] = lines
      .map((line) => JSON.parse(line) as OracleResource)
      .filter(keep)
      .flatMap(rowsOf);
  }
  return rows;
}

async function exportedRows(more: readonly object[]): Promise<Record<string, readonly OracleRow[]>> {
  const views = VIEWS.map(({ view }) => view);
  const { outputs } = await download(await kickOff(stack.api.fhirUrl, { views, format: 'ndjson', more }));
  return Object.fromEntries([...outputs].map(([name, files]) => [name, rowsIn(files) as OracleRow[]]));
}

describe('an export holds only', () => {
  test.each([
    ['what was changed after an instant, or does not say when', () => [since], () => isChanged],
    [
      'what belongs to some patients',
      () => [patient(data.patients[1]), patient(data.patients[9])],
      () => isOf([1, 9]),
    ],
    [
      'what belongs to the present members of a group and of the groups in it',
      () => [group('cohort')],
      () => isOf(COHORT),
    ],
    [
      'what belongs to the members of any of several groups',
      () => [group('cohort'), group('others')],
      () => isOf([...COHORT, 7]),
    ],
    [
      'what belongs to patients who are in the group too',
      () => [patient(data.patients[1]), patient(data.patients[4]), group('cohort')],
      () => isOf([4]),
    ],
    [
      'what passes all filters',
      () => [group('cohort'), since],
      () => {
        const isOfCohort = isOf(COHORT);
        return (resource: OracleResource) => isOfCohort(resource) && isChanged(resource);
      },
    ],
    ['nothing of an empty group', () => [group('nobody')], () => () => false],
  ] as [string, () => object[], () => Keep][])(
    '%s',
    async (_, more, keep) => {
      expect(await exportedRows(more())).toEqual(await expectedRows(keep()));
    },
    60_000,
  );
});

test.each(['json', 'csv', 'parquet'])(
  'as %s it holds the same',
  async (format) => {
    const views = VIEWS.map(({ view }) => view);
    const more = [group('cohort'), since];
    const { outputs } = await download(await kickOff(stack.api.fhirUrl, { views, format, more }));
    const isOfCohort = isOf(COHORT);
    const expected = await expectedRows((resource) => isOfCohort(resource) && isChanged(resource));
    for (const [name, rows] of Object.entries(expected)) {
      expect(await idsIn(format, outputs.get(name))).toEqual(rows.map(({ id }) => id));
    }
  },
  60_000,
);

test('of the type Group there are the named groups alone, and none that names somebody who is not asked for', async () => {
  const { patients } = data;
  const groupsBy = async (...more: readonly object[]): Promise<readonly string[]> => {
    const request = { views: [idView('Group')], format: 'ndjson', more };
    const { outputs } = await download(await kickOff(stack.api.fhirUrl, request));
    return (await idsIn('ndjson', outputs.get('groups'))).map(String);
  };
  expect(
    await Promise.all([
      groupsBy(group('cohort')),
      groupsBy(group('others'), group('nobody')),
      groupsBy(group('nobody')),
      groupsBy(patient(patients[7])),
      groupsBy(patient(patients[0])),
      groupsBy(patient(patients[7]), patient(patients[6])),
      groupsBy(group('others'), patient(patients[7])),
      groupsBy(group('deeper'), patient(patients[8])),
      groupsBy(group('nested'), patient(patients[4])),
    ]),
  ).toEqual([
    ['cohort'],
    ['others', 'nobody'],
    [],
    ['others'],
    [],
    ['former', 'others'],
    ['others'],
    ['deeper'],
    [],
  ]);
}, 60_000);

test('of types that belong to no patient there is an empty file', async () => {
  const request = { views: [ORGANIZATIONS], format: 'csv', more: [patient(data.patients[0])] };
  const { outputs } = await download(await kickOff(stack.api.fhirUrl, request));
  expect(outputs.get('organizations')?.map(({ body }) => body.toString())).toEqual(['id\n']);
});

describe('names in a request that the source does not have', () => {
  test.each([
    ['patient', patient('nobody')],
    ['group', group('nothing')],
  ])('as %s is refused at once', async (_, parameter) => {
    await expect(
      kickOff(stack.api.fhirUrl, { views: [ORGANIZATIONS], format: 'csv', more: [parameter] }),
    ).rejects.toThrow(/400.*"not-found".*does not exist/);
  });

  test('is refused at once from the id index, where files are never looked through at a kick-off', async () => {
    const environment = { KICK_OFF_LOOKUP_BYTES: '0', SOURCE_BASE_URLS: 'https://ehr.example/fhir' };
    await using large = await startTestStack({ data: folder, workers: 1, environment });
    for (const parameter of [patient('nobody'), group('nothing')]) {
      await expect(
        kickOff(large.api.fhirUrl, { views: [ORGANIZATIONS], format: 'csv', more: [parameter] }),
      ).rejects.toThrow(/400.*"not-found".*does not exist/);
    }
    const views = VIEWS.map(({ view }) => view);
    const more = [group('cohort'), patient(data.patients[4]), patient(data.patients[1])];
    const { outputs } = await download(await kickOff(large.api.fhirUrl, { views, format: 'ndjson', more }));
    expect(Object.fromEntries([...outputs].map(([name, files]) => [name, rowsIn(files)]))).toEqual(
      await expectedRows(isOf([4])),
    );
  }, 60_000);

  test('is unknown while no worker has indexed the source', async () => {
    const environment = { KICK_OFF_LOOKUP_BYTES: '0', KICK_OFF_INDEX_WAIT: '0s' };
    await using idle = await startTestStack({ data: folder, workers: 0, environment });
    const request = { views: [ORGANIZATIONS], format: 'csv', more: [patient(data.patients[0])] };
    await expect(kickOff(idle.api.fhirUrl, request)).rejects.toThrow(/503.*"transient".*are being indexed/);
    expect((await fetch(`${idle.api.operationsUrl}/readyz`)).status).toBe(200);
  }, 60_000);
});
