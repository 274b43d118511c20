import { expect, test } from '@jest/globals';
import type { AuditEntry } from './audit-entry.js';
import { auditEvent } from './audit-event.js';

const entry = (result: AuditEntry['result']): AuditEntry => ({
  start: {
    id: 'a1',
    action: 'kick-off',
    tenant: 'default',
    client: 'anonymous',
    address: '10.0.0.1',
    requestId: 'r1',
  },
  startedAt: 1_000,
  completedAt: 2_000,
  sequence: 1,
  result,
});

test('an entry is an AuditEvent that says who did what to which export, when, and how it ended', () => {
  expect(auditEvent(entry({ kind: 'success', status: 202, exportId: 'e1' }))).toEqual({
    resourceType: 'AuditEvent',
    id: 'a1',
    type: {
      system: 'http://terminology.hl7.org/CodeSystem/audit-event-type',
      code: 'rest',
      display: 'RESTful Operation',
    },
    subtype: [{ system: 'http://hl7.org/fhir/restful-interaction', code: 'operation', display: 'kick-off' }],
    action: 'E',
    period: { start: '1970-01-01T00:00:01.000Z', end: '1970-01-01T00:00:02.000Z' },
    recorded: '1970-01-01T00:00:02.000Z',
    outcome: '0',
    outcomeDesc: 'HTTP 202',
    agent: [
      {
        who: { identifier: { value: 'default/anonymous' } },
        requestor: true,
        network: { address: '10.0.0.1', type: '2' },
      },
    ],
    source: { observer: { display: 'Millrace' } },
    entity: [{ what: { identifier: { value: 'e1' } }, detail: [{ type: 'request-id', valueString: 'r1' }] }],
  });
});

test('an entry names the value sets and concept maps that were used, and where they came from', () => {
  const terminology = [
    { canonical: 'urn:vs|1', version: '1', source: 'https://tx.example/fhir', rows: 7 },
    { canonical: 'urn:cm', source: 'context', rows: 0 },
  ];
  const { entity } = auditEvent(entry({ kind: 'success', status: 202, exportId: 'e1', terminology }));
  expect(entity.slice(1)).toEqual([
    {
      what: { identifier: { value: 'urn:vs|1' } },
      detail: [
        { type: 'terminology-source', valueString: 'https://tx.example/fhir' },
        { type: 'version', valueString: '1' },
        { type: 'rows', valueString: '7' },
      ],
    },
    {
      what: { identifier: { value: 'urn:cm' } },
      detail: [
        { type: 'terminology-source', valueString: 'context' },
        { type: 'rows', valueString: '0' },
      ],
    },
  ]);
});

test.each([
  [{ kind: 'error', status: 404, code: 'not-found', message: 'm' }, '4', 'HTTP 404 not-found: m'],
  [{ kind: 'error', status: 503, code: 'transient', message: 'm' }, '8', 'HTTP 503 transient: m'],
  [{ kind: 'unknown' }, undefined, 'unknown: the end of the request was not recorded'],
] as const)('%j has outcome %s', (result, outcome, outcomeDesc) => {
  const event = auditEvent(entry(result));
  expect([event['outcome'], event['outcomeDesc']]).toEqual([outcome, outcomeDesc]);
});
