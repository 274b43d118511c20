import { expect, test } from '@jest/globals';
import type { ExportRequest } from '@millrace/export';
import type { Response } from 'express';
import { rememberTerminology, terminologyOf } from './used-terminology.js';

type Tables = NonNullable<ExportRequest['sql']>['tables'];

const rows = (id: string, provenance: object): Tables[number] => ({
  kind: 'rows',
  id,
  canonical: id,
  columns: [],
  rows: 7,
  bytes: 1,
  sha256: 'ab',
  provenance: { kind: 'ValueSet', canonical: id, source: 'stored', rows: 7, ...provenance },
});

/** The facts about these tables in the audit entry of the request that exports them. */
function audited(...tables: Tables): unknown {
  // Only its identity counts.
  const response = {} as Response;
  rememberTerminology(response, { sql: { tables, views: [] } });
  return terminologyOf(response);
}

test('an audit entry tells which value sets and concept maps an export uses, and from where', () => {
  const view: Tables[number] = { kind: 'view', id: 'r1', canonical: 'urn:v', columns: [], view: {} };
  const server = { source: 'terminology-server', server: 'https://tx.example/fhir', version: '2' };
  expect(audited(view, rows('urn:a', {}), rows('urn:b', server))).toEqual({
    terminology: [
      { canonical: 'urn:a', source: 'stored', rows: 7 },
      { canonical: 'urn:b', version: '2', source: 'https://tx.example/fhir', rows: 7 },
    ],
  });
  expect(audited(view)).toEqual({});
});

test('a canonical URL of any length fits into an audit entry', () => {
  const [told] = (audited(rows(`urn:${'x'.repeat(1000)}`, {})) as { terminology: { canonical: string }[] })
    .terminology;
  expect(told?.canonical).toHaveLength(256);
});
