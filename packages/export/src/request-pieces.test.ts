import { expect, test } from '@jest/globals';
import { requestPieces } from './request-pieces.js';
import { exportRequestSchema } from './request.js';
import type { ExportRequest } from './request.js';

const view = { resourceType: 'ViewDefinition', resource: 'Patient', select: [{ column: [{ path: 'id' }] }] };
const request = (...subjects: ExportRequest['subjects']): ExportRequest => ({
  schemaVersion: 1,
  id: 'e'.repeat(32),
  tenant: 'default',
  client: 'anonymous',
  operation: 'sql-export',
  acceptedAt: '2026-01-01T00:00:00.000Z',
  format: 'csv',
  header: true,
  source: 'main "quoted"',
  fhirVersion: 'R4',
  filter: { patients: ['p}'] },
  subjects,
});
const viewed = (name: string, of: Record<string, unknown>) => ({ kind: 'view' as const, name, view: of });
const patients = { kind: 'resources' as const, name: 'Patient', resourceType: 'Patient' };

test.each([
  ['one subject', request(viewed('v0', view))],
  [
    'several subjects with the same and with another view',
    request(viewed('v0', view), viewed('v1', view), viewed('v2', { ...view, name: 'ä"\\' })),
  ],
  [
    'resources and deletions',
    {
      ...request(
        { ...patients, elements: ['name'], where: ["name.family = 'ä\"'", 'active'] },
        { kind: 'deletions', name: 'deleted', resourceTypes: ['Patient'] },
      ),
      filter: {
        since: '2026-01-01T00:00:00Z',
        until: '2026-02-01T00:00:00Z',
        groups: ['g'],
        joinedLater: 'include',
      },
      bulk: {
        version: 3,
        request: 'https://ehr.example/fhir/Group/g/$export?_type=Patient',
        level: 'group',
        ignored: [{ parameter: '_typeFilter', why: 'it is not understood' }],
      },
    } satisfies ExportRequest,
  ],
  [
    'SQL, whose tables share a view with a subject',
    {
      ...request(viewed('v0', view), {
        kind: 'sql',
        name: 'q',
        query: { sql: 'SELECT "ä" FROM p WHERE id = :id', names: { p: 'v1' } },
        values: [{ name: 'id', type: 'string', value: null }],
        columns: [{ name: 'ä', type: 'VARCHAR' }],
      }),
      sql: {
        tables: [
          {
            kind: 'view',
            id: 'r1',
            canonical: 'http://x.org/p|1',
            view,
            columns: [{ name: 'id', type: 'VARCHAR' }],
          },
          {
            kind: 'rows',
            id: 'r2',
            canonical: 'http://x.org/vs',
            columns: [],
            rows: 0,
            bytes: 12,
            sha256: 'ab',
            provenance: { kind: 'ValueSet', canonical: 'http://x.org/vs', source: 'stored', rows: 0 },
          },
        ],
        views: [{ id: 'v1', canonical: 'http://x.org/v', sql: 'FROM p', names: { p: 'r1', vs: 'r2' } }],
      },
    } satisfies ExportRequest,
  ],
])('the pieces of a request with %s are its JSON', (_, asked) => {
  const text = [...requestPieces(asked)].join('');
  expect(JSON.parse(text)).toEqual(asked);
  expect(exportRequestSchema.parse(JSON.parse(text))).toEqual(asked);
});
