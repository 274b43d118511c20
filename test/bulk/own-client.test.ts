import { mkdtemp, readFile, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startMillrace } from '../cli/millrace.js';
import { SINCE, startBulkServer, storedLines } from './bulk-server.js';
import type { BulkServer } from './bulk-server.js';

let server: BulkServer;
let out: string;
beforeAll(async () => {
  server = await startBulkServer();
  out = await mkdtemp(join(tmpdir(), 'millrace-own-client-'));
});
afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
  await rm(out, { recursive: true, force: true });
});

/** The resources of a folder, by the names of its files. */
async function exportInto(
  name: string,
  ...options: readonly string[]
): Promise<Readonly<Record<string, readonly string[]>>> {
  const folder = join(out, name);
  const done = await startMillrace('export', '--server', server.fhirUrl, '--out', folder, ...options)
    .finished;
  if (done.code !== 0) throw new Error(done.err);
  const files = (await readdir(folder, { recursive: true }))
    .filter((file) => /^[A-Zbde].*\.ndjson$/.test(file))
    .sort();
  const read = files.map(async (file) => {
    const lines = (await readFile(join(folder, file), 'utf8')).split('\n').slice(0, -1);
    return [file, lines] as const;
  });
  return Object.fromEntries(await Promise.all(read));
}

const linesOf = (type: string, ...ids: readonly string[]) =>
  storedLines(type).filter((line) => ids.includes(String((JSON.parse(line) as { id: unknown }).id)));

test('the command line exports a system, byte for byte', async () => {
  expect(await exportInto('system', '--bulk', 'system')).toEqual({
    'Group.000.ndjson': storedLines('Group'),
    'Observation.000.ndjson': storedLines('Observation'),
    'Organization.000.ndjson': storedLines('Organization'),
    'Patient.000.ndjson': linesOf('Patient', 'a', 'b', 'c'),
  });
});

test('the command line exports what changed for the patients, and what was deleted', async () => {
  const files = await exportInto(
    'patient',
    '--bulk',
    'patient',
    '--since',
    SINCE,
    '--type',
    'Patient,Observation',
  );
  expect(files).toEqual({
    'Observation.000.ndjson': linesOf('Observation', 'a2'),
    'Patient.000.ndjson': linesOf('Patient', 'b', 'c'),
    'deleted/Bundle.000.ndjson': [expect.stringContaining('Patient/gone')],
  });
});

test('the command line exports some patients of a group', async () => {
  const options = ['--bulk', 'group/g', '--patient', 'a', '--type', 'Patient,Observation'];
  expect(await exportInto('patients', ...options, '--until', SINCE)).toEqual({
    'Observation.000.ndjson': linesOf('Observation', 'a1'),
    'Patient.000.ndjson': linesOf('Patient', 'a'),
  });
});

test('the command line downloads an export that was started elsewhere, and has nothing to do the second time', async () => {
  const headers = { accept: 'application/fhir+json', prefer: 'respond-async' };
  const kickOff = await fetch(`${server.fhirUrl}/Group/g/$export?_type=Patient`, { headers });
  const folder = join(out, 'elsewhere');
  const download = () =>
    startMillrace('download', kickOff.headers.get('content-location') ?? '', '--out', folder).finished;
  expect(await download()).toMatchObject({ code: 0, out: `${join(folder, 'Patient.000.ndjson')}\n` });
  const lines = (await readFile(join(folder, 'Patient.000.ndjson'), 'utf8')).split('\n').slice(0, -1);
  expect(lines).toEqual(linesOf('Patient', 'a', 'c'));
  expect(await readFile(join(folder, 'log.ndjson'), 'utf8')).toContain('/Group/g/$export?_type=Patient');
  expect((await download()).err).toContain('nothing to do');
});

test('the command line downloads tables of an export that was started elsewhere, also after a crash', async () => {
  const view = {
    resourceType: 'ViewDefinition',
    name: 'people',
    resource: 'Patient',
    status: 'active',
    select: [{ column: [{ name: 'id', path: 'id' }] }],
  };
  const parameter = [
    { name: 'subject', part: [{ name: 'subjectResource', resource: view }] },
    { name: '_format', valueCode: 'csv' },
    { name: 'patient', valueReference: { reference: 'Patient/b' } },
  ];
  const kickOff = await fetch(`${server.fhirUrl}/$sql-export`, {
    method: 'POST',
    headers: { 'content-type': 'application/fhir+json', prefer: 'respond-async' },
    body: JSON.stringify({ resourceType: 'Parameters', parameter }),
  });
  const folder = join(out, 'tables');
  const path = join(folder, 'people.part1.csv');
  const download = () =>
    startMillrace('download', kickOff.headers.get('content-location') ?? '', '--out', folder).finished;
  expect(await download()).toMatchObject({ code: 0, out: `${path}\n` });
  expect(await readFile(path, 'utf8')).toBe('id\nb\n');
  await truncate(path, 3);
  expect(await download()).toMatchObject({ code: 0, out: `${path}\n` });
  expect(await readFile(path, 'utf8')).toBe('id\nb\n');
});

test('the command line exports tables of some patients, and of what changed', async () => {
  const view = join(out, 'people.json');
  await writeFile(
    view,
    JSON.stringify({
      resourceType: 'ViewDefinition',
      resource: 'Observation',
      status: 'active',
      select: [{ column: [{ name: 'id', path: 'id' }] }],
    }),
  );
  const table = async (name: string, ...options: readonly string[]): Promise<string> => {
    const args = ['--view', view, '--format', 'csv', '--out', join(out, name), ...options];
    const done = await startMillrace('export', '--server', server.fhirUrl, ...args).finished;
    if (done.code !== 0) throw new Error(done.err);
    return readFile(join(out, name, 'people.part1.csv'), 'utf8');
  };
  expect(await table('t1', '--group', 'g')).toBe('id\na1\na2\nc1\n');
  expect(await table('t2', '--group', 'g', '--patient', 'a', '--since', SINCE)).toBe('id\na2\n');
});

test('the command line exports some elements of a group, and is told what was passed over', async () => {
  const options = ['--bulk', 'group/g', '--type', 'Patient,Organization', '--elements', 'birthDate'];
  const files = await exportInto('group', ...options);
  expect(files).toEqual({
    'Patient.000.ndjson': [
      expect.stringContaining('"birthDate":"1970-06"'),
      expect.stringContaining('"id":"c"'),
    ],
    'error/OperationOutcome.000.ndjson': [expect.stringContaining('Organization')],
  });
  expect(files['Patient.000.ndjson']?.every((line) => line.includes('SUBSETTED'))).toBe(true);
});

test('the command line exports and downloads blocks of patients', async () => {
  const blocks = await exportInto('blocks', '--bulk', 'group/g', '--organize-output-by', 'Patient');
  const lines = Object.values(blocks).flat();
  const headers = lines.filter((line) => line.includes('"resourceType":"Parameters"'));
  expect(headers.join()).toMatch(/"Patient\/a".*"Patient\/c"|"Patient\/c".*"Patient\/a"/);
  expect(lines.filter((line) => !headers.includes(line)).sort()).toEqual(
    [...linesOf('Patient', 'a', 'c'), ...linesOf('Observation', 'a1', 'a2', 'c1')].sort(),
  );
  expect(Object.keys(blocks)[0]).toBe('blocks-of-Patient.000.ndjson');

  const headersOf = { accept: 'application/fhir+json', prefer: 'respond-async' };
  const asked = `${server.fhirUrl}/Group/g/$export?organizeOutputBy=Patient`;
  const statusUrl = (await fetch(asked, { headers: headersOf })).headers.get('content-location') ?? '';
  const folder = join(out, 'downloaded-blocks');
  expect((await startMillrace('download', statusUrl, '--out', folder).finished).code).toBe(0);
  const text = (dir: string) => readFile(join(dir, 'blocks-of-Patient.000.ndjson'), 'utf8');
  expect(await text(folder)).toBe(await text(join(out, 'blocks')));
  const { out: told } = await startMillrace('status', statusUrl).finished;
  expect(told).toMatch(/^completed\nblocks-of-Patient\t7\thttp\S+\n$/);
});

test('the command line takes a manifest in pages for one', async () => {
  const pages = await exportInto('pages', '--bulk', 'system', '--allow-partial-manifests');
  expect(pages).toEqual(await exportInto('one-page', '--bulk', 'system'));
});
