import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { LocalStack } from '@millrace/local-stack';
import { startTestStack } from './test-stack.js';
import { download, kickOff, rowsIn } from './wire.js';

const OWN = 'https://ehr.example/fhir';
const ELSEWHERE = 'https://elsewhere.example/fhir';
const VIEW = {
  resourceType: 'ViewDefinition',
  name: 'keys',
  status: 'active',
  resource: 'Observation',
  select: [
    {
      column: [
        { name: 'id', path: 'getResourceKey()' },
        { name: 'patient', path: 'subject.getReferenceKey(Patient)' },
      ],
    },
  ],
};

const observation = (id: string, reference: string): string =>
  JSON.stringify({ resourceType: 'Observation', id, subject: { reference } });

const FILES = {
  'Patient.ndjson': ['a', 'b'].map((id) => JSON.stringify({ resourceType: 'Patient', id })),
  'Observation.ndjson': [
    observation('relative', 'Patient/a'),
    observation('own', `${OWN}/Patient/a/_history/2`),
    observation('foreign', `${ELSEWHERE}/Patient/a`),
    observation('urn', 'urn:uuid:c4669fc3-0d14-4e54-a77f-525f6d4e8385'),
    observation('other', 'Patient/b'),
  ],
  'Group.ndjson': [
    JSON.stringify({
      resourceType: 'Group',
      id: 'g',
      member: [`${OWN}/Patient/a`, `${ELSEWHERE}/Patient/b`].map((reference) => ({ entity: { reference } })),
    }),
  ],
};

let folder: string;
let stack: LocalStack;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-keys-'));
  for (const source of ['declared', 'silent']) {
    await mkdir(join(folder, source));
    for (const [name, lines] of Object.entries(FILES))
      await writeFile(join(folder, source, name), lines.join('\n'));
  }
  const environment = { SOURCE_BASE_URLS: `declared=${OWN}/`, DEFAULT_SOURCE: 'declared' };
  stack = await startTestStack({ data: folder, workers: 1, environment });
}, 60_000);
afterAll(async () => {
  await stack?.[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

async function exported(source: string, ...more: readonly object[]): Promise<unknown> {
  const status = await kickOff(stack.api.fhirUrl, { views: [VIEW], format: 'ndjson', source, more });
  const { outputs } = await download(status);
  return Object.fromEntries(
    (rowsIn(outputs.get('keys')) as { id: string; patient: string | null }[]).map(({ id, patient }) => [
      id,
      patient,
    ]),
  );
}

const patient = (reference: string): object => ({ name: 'patient', valueReference: { reference } });
const group = { name: 'group', valueReference: { reference: 'Group/g' } };

describe('a source that declares its base', () => {
  test('has keys of references under it, and none of those to other servers', async () => {
    expect(await exported('declared')).toEqual({
      relative: 'a',
      own: 'a',
      foreign: null,
      urn: null,
      other: 'b',
    });
  });

  test.each(['Patient/a', `${OWN}/Patient/a`])(
    'is filtered by %s without what belongs to others',
    async (reference) => {
      expect(await exported('declared', patient(reference))).toEqual({ relative: 'a', own: 'a' });
    },
  );

  test('has the members of a group that are its own', async () => {
    expect(await exported('declared', group)).toEqual({ relative: 'a', own: 'a' });
  });
});

describe('a source that declares none', () => {
  test('has keys of relative references only', async () => {
    expect(await exported('silent')).toEqual({
      relative: 'a',
      own: null,
      foreign: null,
      urn: null,
      other: 'b',
    });
    expect(await exported('silent', patient('Patient/a'))).toEqual({ relative: 'a' });
  });

  test('has no members that other servers may have', async () => {
    expect(await exported('silent', group)).toEqual({});
  });
});

test('a patient of another server is refused at kick-off', async () => {
  for (const [source, reference] of [
    ['declared', `${ELSEWHERE}/Patient/a`],
    ['silent', `${OWN}/Patient/a`],
  ] as const) {
    await expect(exported(source, patient(reference))).rejects.toThrow(
      /400.*not-found.*this server does not ask others/s,
    );
  }
});
