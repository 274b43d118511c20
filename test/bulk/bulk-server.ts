import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LocalStack } from '@millrace/local-stack';
import { startTestStack } from '../e2e/test-stack.js';
import { namesBelow } from '../names-below.js';

/** An API and a worker over a few resources, as processes that only HTTP reaches. */
export interface BulkServer extends AsyncDisposable {
  readonly fhirUrl: string;
  /** The files of all exports in the store. */
  storedFiles(): Promise<readonly string[]>;
}

export const OLD = '2025-01-01T00:00:00Z';
/** A client asks for what was changed since. */
export const SINCE = '2025-06-01T00:00:00Z';
export const NEW = '2026-01-01T00:00:00.123Z';
const FUTURE = '2100-01-01T00:00:00Z';

const changed = (lastUpdated?: string) => (lastUpdated === undefined ? {} : { meta: { lastUpdated } });
const patient = (id: string, lastUpdated?: string, more: object = {}) => {
  return { resourceType: 'Patient', id, ...changed(lastUpdated), ...more };
};
const observation = (id: string, of: string, lastUpdated: string, code: string) => ({
  resourceType: 'Observation',
  id,
  ...changed(lastUpdated),
  status: 'final',
  code: { coding: [{ system: 'http://loinc.org', code }] },
  subject: { reference: `Patient/${of}` },
  effectiveDateTime: '2024-05-01',
  valueQuantity: { value: 1.5, unit: 'mg' },
});
const deletion = (lastUpdated: string, url: string) => ({
  resourceType: 'Bundle',
  type: 'transaction',
  ...changed(lastUpdated),
  entry: [{ request: { method: 'DELETE', url } }],
});

/** The resources of the server, by the name of their file. */
const DATA: Readonly<Record<string, readonly object[]>> = {
  Patient: [
    patient('a', OLD, { gender: 'female', birthDate: '1970-06', name: [{ family: 'Ä' }] }),
    patient('b', NEW, { gender: 'male' }),
    patient('c'),
    patient('late', FUTURE),
  ],
  Observation: [
    observation('a1', 'a', OLD, 'x'),
    observation('a2', 'a', NEW, 'y'),
    observation('b1', 'b', OLD, 'x'),
    observation('c1', 'c', OLD, 'z'),
  ],
  Organization: [{ resourceType: 'Organization', id: 'org', ...changed(OLD), name: 'Clinic' }],
  Group: [
    {
      resourceType: 'Group',
      id: 'g',
      ...changed(OLD),
      type: 'person',
      actual: true,
      member: [
        { entity: { reference: 'Patient/a' } },
        { entity: { reference: 'Patient/c' }, period: { start: '2025-09-01' } },
      ],
    },
    { resourceType: 'Group', id: 'empty', ...changed(OLD), type: 'person', actual: true },
  ],
  deleted: [
    deletion(NEW, 'Patient/gone'),
    deletion(OLD, 'Patient/gone-before'),
    deletion(NEW, 'Device/gone'),
  ],
};

/** Ids of the resources of a type that an export of everything has. */
export const IDS: Readonly<Record<string, readonly string[]>> = {
  Patient: ['a', 'b', 'c'],
  Observation: ['a1', 'a2', 'b1', 'c1'],
  Organization: ['org'],
  Group: ['g', 'empty'],
};

/** The lines of a file, as they are stored. */
export function storedLines(type: string): readonly string[] {
  return (DATA[type] ?? []).map((resource) => JSON.stringify(resource));
}

export async function startBulkServer({
  workers = 1,
  environment = {},
  more = {},
}: {
  workers?: number;
  environment?: Record<string, string>;
  /** Further files, by their names. */
  more?: Readonly<Record<string, string>>;
} = {}): Promise<BulkServer> {
  const data = await mkdtemp(join(tmpdir(), 'millrace-bulk-'));
  for (const type of Object.keys(DATA)) {
    await writeFile(
      join(data, `${type}.ndjson`),
      storedLines(type).map((line) => `${line}\n`),
    );
  }
  for (const [name, content] of Object.entries(more)) await writeFile(join(data, name), content);
  let stack: LocalStack;
  try {
    stack = await startTestStack({ data, workers, environment });
  } catch (error) {
    await rm(data, { recursive: true, force: true });
    throw error;
  }
  return {
    fhirUrl: stack.api.fhirUrl,
    async storedFiles() {
      const all = await namesBelow(stack.outFolder);
      return all.filter((name) => name.includes('shard-'));
    },
    async [Symbol.asyncDispose]() {
      await stack[Symbol.asyncDispose]();
      await rm(data, { recursive: true, force: true });
    },
  };
}
