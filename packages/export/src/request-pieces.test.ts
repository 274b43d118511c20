import { expect, test } from '@jest/globals';
import { requestPieces } from './request-pieces.js';
import { exportRequestSchema } from './request.js';
import type { ExportRequest } from './request.js';

const view = { resourceType: 'ViewDefinition', resource: 'Patient', select: [{ column: [{ path: 'id' }] }] };
const request = (...views: readonly Record<string, unknown>[]): ExportRequest => ({
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
  subjects: views.map((one, index) => ({ kind: 'view', name: `v${index}`, view: one })),
});

test.each([
  ['one subject', request(view)],
  ['several subjects with the same and with another view', request(view, view, { ...view, name: 'ä"\\' })],
])('the pieces of a request with %s are its JSON', (_, asked) => {
  const text = [...requestPieces(asked)].join('');
  expect(JSON.parse(text)).toEqual(asked);
  expect(exportRequestSchema.parse(JSON.parse(text))).toEqual(asked);
});
