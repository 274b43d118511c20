import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LocalStack } from '@millrace/local-stack';
import { startTestStack } from '../e2e/test-stack.js';
import { namesBelow } from '../names-below.js';

/** An API and a worker over a few resources, as processes that only HTTP reaches. */
export interface AcceptanceServer extends AsyncDisposable {
  readonly fhirUrl: string;
  /** The ids of all exports that were ever made. */
  exportIds(): Promise<readonly string[]>;
  /** The paths of all files in the object store. */
  storedFiles(): Promise<readonly string[]>;
}

const LATER = '2026-06-01T00:00:00Z';
const EARLIER = '2025-06-01T00:00:00Z';

const patient = (id: string, more: object = {}) => ({ resourceType: 'Patient', id, ...more });
const observation = (id: string, of: string, lastUpdated?: string) => ({
  resourceType: 'Observation',
  id,
  status: 'final',
  ...(lastUpdated === undefined ? {} : { meta: { lastUpdated } }),
  subject: { reference: `Patient/${of}` },
});

/** The resources of the server, by the name of their file. */
const DATA: Readonly<Record<string, readonly object[]>> = {
  Patient: [
    patient('a', { active: true, birthDate: '1970-06', name: [{ family: 'A', given: ['x', 'y'] }] }),
    patient('b', { active: false, name: [{ family: 'B' }, { family: 'B2' }] }),
    patient('c'),
  ],
  Observation: [
    observation('o1', 'a', LATER),
    observation('o2', 'a', EARLIER),
    observation('o3', 'b', LATER),
    observation('o4', 'c'),
  ],
  Organization: [{ resourceType: 'Organization', id: 'org' }],
  Group: [
    {
      resourceType: 'Group',
      id: 'g',
      type: 'person',
      actual: true,
      member: [{ entity: { reference: 'Patient/a' } }, { entity: { reference: 'Patient/c' } }],
    },
    { resourceType: 'Group', id: 'empty', type: 'person', actual: true },
    // Changed before the resources of its members.
    {
      resourceType: 'Group',
      id: 'old',
      meta: { lastUpdated: EARLIER },
      type: 'person',
      actual: true,
      member: [{ entity: { reference: 'Patient/a' } }],
    },
    {
      resourceType: 'Group',
      id: 'twice',
      type: 'person',
      actual: true,
      member: ['a', 'a', 'b'].map((id) => ({ entity: { reference: `Patient/${id}` } })),
    },
    {
      resourceType: 'Group',
      id: 'left',
      type: 'person',
      actual: true,
      member: [
        { entity: { reference: 'Patient/a' } },
        { entity: { reference: 'Patient/b' }, inactive: true },
      ],
    },
    {
      resourceType: 'Group',
      id: 'outer',
      type: 'person',
      actual: true,
      member: [{ entity: { reference: 'Patient/b' } }, { entity: { reference: 'Group/left' } }],
    },
    {
      resourceType: 'Group',
      id: 'round',
      type: 'person',
      actual: true,
      member: [{ entity: { reference: 'Group/round' } }, { entity: { reference: 'Patient/c' } }],
    },
  ],
};

export async function startAcceptanceServer({
  workers = 1,
  environment = {},
}: {
  workers?: number;
  environment?: Record<string, string>;
} = {}): Promise<AcceptanceServer> {
  const data = await mkdtemp(join(tmpdir(), 'millrace-acceptance-'));
  for (const [type, resources] of Object.entries(DATA)) {
    const lines = resources.map((resource) => `${JSON.stringify(resource)}\n`);
    await writeFile(join(data, `${type}.ndjson`), lines);
  }
  let stack: LocalStack;
  try {
    stack = await startTestStack({ data, workers, environment });
  } catch (error) {
    await rm(data, { recursive: true, force: true });
    throw error;
  }
  return {
    fhirUrl: stack.api.fhirUrl,
    // Each has a folder, also when it was cancelled.
    exportIds: () => readdir(join(stack.outFolder, 'default')).catch(() => []),
    storedFiles: () => namesBelow(stack.outFolder),
    async [Symbol.asyncDispose]() {
      await stack[Symbol.asyncDispose]();
      await rm(data, { recursive: true, force: true });
    },
  };
}
