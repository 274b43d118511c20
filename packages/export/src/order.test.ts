import { expect, test } from '@jest/globals';
import { exportRequest } from './order.js';
import type { ExportOrder } from './order.js';

const ORDER: ExportOrder = {
  operation: 'export',
  format: 'ndjson',
  header: true,
  source: 'main',
  fhirVersion: 'R4',
  subjects: [{ kind: 'resources', name: 'Patient', resourceType: 'Patient' }],
};
const BULK: ExportOrder['bulk'] = { version: 3, request: 'https://x/$export', level: 'system', ignored: [] };
const ACCEPTED = Date.parse('2026-06-01T12:00:00.250Z');
const identified = (order: ExportOrder) =>
  exportRequest(order, { id: 'a', tenant: 't', client: 'c', acceptedAt: ACCEPTED });

test('an export of Bulk Data has nothing that was changed after it was accepted', () => {
  expect(identified({ ...ORDER, bulk: BULK }).filter).toEqual({ until: '2026-06-01T12:00:00.250Z' });
});

test.each([
  ['2026-05-31T23:59:59.999999999Z', '2026-05-31T23:59:59.999999999Z'],
  ['2026-06-01T12:00:00.249999999Z', '2026-06-01T12:00:00.249999999Z'],
  ['2027-01-01T00:00:00Z', '2026-06-01T12:00:00.250Z'],
])('the earlier one of %s and the time of its acceptance counts', (until, counts) => {
  const filter = { since: '2026-01-01T00:00:00Z', until };
  expect(identified({ ...ORDER, bulk: BULK, filter }).filter).toEqual({ ...filter, until: counts });
});

test('older workers leave an export to newer ones that has what they do not know', () => {
  const versionOf = (more: Partial<ExportOrder>) => identified({ ...ORDER, ...more }).schemaVersion;
  expect(versionOf({})).toBe(1);
  expect(versionOf({ versions: true })).toBe(2);
  expect(versionOf({ versions: true, formulas: 'text' })).toBe(3);
  expect(versionOf({ formulas: 'text', limits: { rows: 1 } })).toBe(4);
});

test('another export keeps its filter as it is', () => {
  expect(identified(ORDER)).not.toHaveProperty('filter');
});

test.each([
  [{}, 1],
  [{ versions: true }, 2],
  [{ versions: true, formulas: 'text' }, 3],
  [{ formulas: 'text', compression: 'zstd' }, 4],
  [{ compression: 'zstd', onMismatch: 'null' }, 5],
  [{ partitionBy: 'gender' }, 5],
  [{ compression: 'gzip' }, 5],
  [{ partSize: { rows: 1000 } }, 5],
] as const)('a request with %j is left to workers that know version %d', (wishes, version) => {
  expect(identified({ ...ORDER, ...wishes }).schemaVersion).toBe(version);
});
