import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startBulkServer } from './bulk-server.js';
import type { BulkServer } from './bulk-server.js';

interface Operation {
  readonly name: string;
  readonly definition: string;
}

interface Statement {
  readonly instantiates: readonly string[];
  readonly rest: readonly [
    {
      readonly operation: readonly Operation[];
      readonly resource: readonly {
        readonly type: string;
        readonly operation?: readonly Operation[];
        readonly searchParam?: readonly { readonly name: string; readonly type: string }[];
      }[];
    },
  ];
}

const GUIDE = 'http://hl7.org/fhir/uv/bulkdata';

let server: BulkServer;
let statement: Statement;
beforeAll(async () => {
  server = await startBulkServer({ workers: 0 });
  statement = (await (await fetch(`${server.fhirUrl}/metadata`)).json()) as Statement;
});
afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
});

test('the CapabilityStatement says that the server conforms to the guide', () => {
  expect(statement.instantiates).toEqual([`${GUIDE}/CapabilityStatement/bulk-data`]);
});

test.each([
  ['system', 'export'],
  ['Patient', 'patient-export'],
  ['Group', 'group-export'],
])('it lists the operations at the level %s as the guide defines them', (level, id) => {
  const [{ operation, resource }] = statement.rest;
  const listed = level === 'system' ? operation : resource.find(({ type }) => type === level)?.operation;
  const exports = (listed ?? []).filter(({ name }) => name.startsWith('export'));
  expect(exports.map(({ name, definition }) => ({ name, definition }))).toEqual([
    { name: 'export', definition: `${GUIDE}/OperationDefinition/${id}|3.0.0` },
    { name: 'export-v4', definition: `${GUIDE}/OperationDefinition/${id}|4.0.0` },
  ]);
});

test('it lists each type that can be exported, and the parameters of its searches', () => {
  const [{ resource }] = statement.rest;
  expect(resource.map(({ type }) => type)).toEqual([
    'ViewDefinition',
    'Library',
    'ValueSet',
    'ConceptMap',
    'Group',
    'Observation',
    'Organization',
    'Patient',
  ]);
  const observation = resource.find(({ type }) => type === 'Observation');
  expect(observation?.searchParam).toContainEqual({ name: 'code', type: 'token' });
  expect(observation?.searchParam?.map(({ name }) => name)).not.toContain('code-value-quantity');
});

test('the server has definitions of its own that list what each parameter does here', async () => {
  const published = (await (await fetch(`${server.fhirUrl}/OperationDefinition/group-export`)).json()) as {
    readonly base: string;
    readonly parameter: readonly { readonly name: string }[];
  };
  expect(published.base).toBe(`${GUIDE}/OperationDefinition/group-export|3.0.0`);
  expect(published.parameter.map(({ name }) => name)).toEqual([
    '_outputFormat',
    '_since',
    '_until',
    '_type',
    '_elements',
    '_typeFilter',
    'includeAssociatedData',
    'organizeOutputBy',
    'patient',
    'allowPartialManifests',
    'source',
  ]);
});
