import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
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
    .filter((file) => /^[A-Zde].*\.ndjson$/.test(file))
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

test('the command line takes a manifest in pages for one', async () => {
  const pages = await exportInto('pages', '--bulk', 'system', '--allow-partial-manifests');
  expect(pages).toEqual(await exportInto('one-page', '--bulk', 'system'));
});
