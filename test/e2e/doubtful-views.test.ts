import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { startTestStack } from './test-stack.js';
import { download, rowsIn } from './wire.js';

let data: string;
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'millrace-doubtful-'));
  await writeFile(
    join(data, 'Patient.ndjson'),
    '{"resourceType":"Patient","id":"a","birthDate":"2024-02-29"}\n',
  );
});
afterEach(async () => {
  await rm(data, { recursive: true, force: true });
});

/** A misspelt element, a type that no value has, and a date that does not exist. */
const VIEW = {
  resourceType: 'ViewDefinition',
  name: 'patients',
  status: 'active',
  resource: 'Patient',
  select: [
    {
      column: [
        { name: 'id', path: 'id' },
        { name: 'family', path: 'name.familly' },
        { name: 'born', path: 'birthDate', type: 'integer' },
      ],
    },
  ],
};
const ROW = { id: 'a', family: null, born: '2024-02-29' };

test('a doubtful view that is accepted leniently gives its rows, and the result has the warnings', async () => {
  await using stack = await startTestStack({ data, workers: 1 });
  const response = await fetch(`${stack.api.fhirUrl}/$sql-export`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/fhir+json', Prefer: 'respond-async, handling=lenient' },
    body: JSON.stringify({
      resourceType: 'Parameters',
      parameter: [{ name: 'subject', part: [{ name: 'subjectResource', resource: VIEW }] }],
    }),
  });
  expect(response.status).toBe(202);
  const statusUrl = response.headers.get('content-location') ?? '';
  const { manifest, outputs } = await download(statusUrl);
  expect(rowsIn(outputs.get('patients'))).toEqual([ROW]);

  const at = 'subject[0].subjectResource.select[0]';
  const expressions = [`${at}.column[1].path`, `${at}.column[2].type`];
  const notices = manifest.parameter.filter(({ name }) => name === 'notice');
  const told = notices.map(
    ({ part = [] }) => part.find(({ name }) => name === 'expression')?.['valueString'],
  );
  expect(told).toEqual(expressions);

  const id = statusUrl.split('/').at(-2) ?? '';
  const stored = await readFile(join(stack.outFolder, 'default', id, 'manifest.json'), 'utf8');
  expect(JSON.parse(stored)).toMatchObject({
    notices: expressions.map((expression) => ({ kind: 'view', expression })),
  });
}, 90_000);

test('an export that the version before accepted goes on from what is stored of it, and is not refused', async () => {
  await using stack = await startTestStack({ data, workers: 1 });
  const id = 'a1b2c3d4e5f60718293a4b5c6d7e8f90';
  const folder = join(stack.outFolder, 'default', id);
  await mkdir(folder, { recursive: true });
  const request = {
    schemaVersion: 1,
    id,
    tenant: 'default',
    client: 'anonymous',
    operation: 'sql-export',
    acceptedAt: new Date().toISOString(),
    format: 'ndjson',
    header: true,
    source: 'default',
    fhirVersion: 'R4',
    subjects: [
      { kind: 'view', name: 'patients', view: { ...VIEW, where: [{ path: "birthDate != '2001'" }] } },
    ],
  };
  await writeFile(join(folder, 'request.json'), JSON.stringify(request));
  const { outputs } = await download(`${stack.api.fhirUrl}/export/${id}/status`);
  expect(rowsIn(outputs.get('patients'))).toEqual([ROW]);
}, 90_000);
