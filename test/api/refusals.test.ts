import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ApiService } from '@millrace/api-service';
import { kickOff, outcomeOf, parameters, patientView, subject } from './requests.js';
import { openPlatform } from './start-api.js';
import type { Platform } from './start-api.js';

let platform: Platform;
let api: ApiService;

beforeAll(async () => {
  platform = await openPlatform();
  api = await platform.start({ BODY_LIMIT_BYTES: '20000' });
});

afterAll(() => platform.close());

const named = (name: string) => ({
  name: 'subject',
  part: [
    { name: 'name', valueString: name },
    { name: 'subjectResource', resource: patientView },
  ],
});
const byReference = (reference: string) => ({
  name: 'subject',
  part: [{ name: 'subjectReference', valueReference: { reference } }],
});
const byCanonical = (canonical: string) => ({
  name: 'subject',
  part: [{ name: 'subjectCanonical', valueCanonical: canonical }],
});
const inline = (view: object) => ({ name: 'subject', part: [{ name: 'subjectResource', resource: view }] });

const query = {
  resourceType: 'Library',
  status: 'active',
  type: {
    coding: [
      { system: 'http://hl7.org/fhir/uv/sql-on-fhir/CodeSystem/LibraryTypesCodes', code: 'sql-query' },
    ],
  },
  content: [{ contentType: 'application/sql', data: 'U0VMRUNUIDE=' }],
};

// The specification's table of rejected requests, and what is wrong before it is read.
const REFUSED: [what: string, body: unknown, status: number, code: string, expression?: string][] = [
  ['no subject', parameters(), 400, 'required', 'subject'],
  ['a subject without any form', parameters({ name: 'subject', part: [] }), 400, 'invalid', 'subject[0]'],
  [
    'a subject with two forms',
    parameters({ name: 'subject', part: [...byCanonical('http://x.org/v').part, ...subject.part] }),
    400,
    'invalid',
    'subject[0]',
  ],
  ['two outputs of one name', parameters(named('same'), named('same')), 400, 'invalid', 'subject'],
  ['two outputs of one view', parameters(subject, subject), 400, 'invalid', 'subject'],
  ['_format fhir', parameters(subject, { name: '_format', valueCode: 'fhir' }), 400, 'invalid', '_format'],
  [
    'another format',
    parameters(subject, { name: '_format', valueCode: 'orc' }),
    400,
    'not-supported',
    '_format',
  ],
  ['_limit', parameters(subject, { name: '_limit', valueInteger: 5 }), 400, 'invalid', '_limit'],
  [
    'a parameter of its own',
    parameters(subject, { name: 'mine', valueString: 'x' }),
    400,
    'not-supported',
    'mine',
  ],
  [
    'a patient that the source does not have',
    parameters(subject, { name: 'patient', valueReference: { reference: 'Patient/none' } }),
    400,
    'not-found',
    'patient',
  ],
  [
    'a group that the source does not have',
    parameters(subject, { name: 'group', valueReference: { reference: 'Group/1' } }),
    400,
    'not-found',
    'group',
  ],
  [
    'a patient that is no reference to a patient',
    parameters(subject, { name: 'patient', valueReference: { reference: 'Group/1' } }),
    400,
    'invalid',
    'patient[0]',
  ],
  [
    '_since that is not an instant',
    parameters(subject, { name: '_since', valueInstant: '2026-01-01' }),
    400,
    'invalid',
    '_since',
  ],
  [
    'an unknown source',
    parameters(subject, { name: 'source', valueString: 'nowhere' }),
    400,
    'not-supported',
    'source',
  ],
  [
    'a repeated single parameter',
    parameters(subject, { name: 'header', valueBoolean: true }, { name: 'header', valueBoolean: true }),
    400,
    'invalid',
    'header',
  ],
  [
    'a value of another type',
    parameters(subject, { name: 'header', valueString: 'yes' }),
    400,
    'invalid',
    'header',
  ],
  [
    'a reference to nothing',
    parameters(byReference('ViewDefinition/none')),
    404,
    'not-found',
    'subject[0].subjectReference',
  ],
  [
    'a reference elsewhere',
    parameters(byReference('https://other.example/fhir/ViewDefinition/x')),
    404,
    'not-found',
    'subject[0].subjectReference',
  ],
  [
    'a canonical of nothing',
    parameters(byCanonical('http://x.org/none|1')),
    404,
    'not-found',
    'subject[0].subjectCanonical',
  ],
  [
    'a subject of another type',
    parameters(inline({ resourceType: 'Patient' })),
    422,
    'invalid',
    'subject[0].subjectResource',
  ],
  [
    'a Library without SQL',
    parameters(inline({ resourceType: 'Library' })),
    422,
    'invalid',
    'subject[0].subjectResource',
  ],
  [
    'a query whose SQL is wrong',
    parameters(inline({ ...query, content: [{ contentType: 'application/sql', data: 'U0VMRUMgMQ==' }] })),
    422,
    'invalid',
    'subject[0].subjectResource.content[0].data',
  ],
  [
    'a query that depends on an absent view',
    parameters(
      inline({
        ...query,
        relatedArtifact: [{ type: 'depends-on', resource: 'http://x.org/none', label: 'a' }],
      }),
    ),
    404,
    'not-found',
  ],
  ['a bare ViewDefinition', patientView, 400, 'invalid'],
  ['an array', [1, 2], 400, 'invalid'],
  ['malformed JSON', '{"resourceType":', 400, 'invalid'],
  [
    'a body that is too large',
    parameters(subject, { name: 'clientTrackingId', valueString: 'x'.repeat(20_001) }),
    413,
    'too-long',
  ],
];

describe('a kick-off is refused with an OperationOutcome, and no export is made', () => {
  it.each(REFUSED.map((row) => ({ what: row[0], row })))('$what', async ({ row }) => {
    const [, body, status, code, expression] = row;
    const before = await platform.exportCount();
    const response = await kickOff(api.fhirUrl, body);
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toMatch(/^application\/fhir\+json/);
    const outcome = await outcomeOf(response);
    expect(outcome).toMatchObject({ resourceType: 'OperationOutcome' });
    expect(outcome.issue).toContainEqual(
      expect.objectContaining({
        severity: 'error',
        code,
        diagnostics: expect.stringMatching(/\S/),
        ...(expression === undefined ? {} : { expression: [expect.stringMatching(startOf(expression))] }),
      }),
    );
    expect(await platform.exportCount()).toBe(before);
  });

  it('without Prefer: respond-async', async () => {
    const before = await platform.exportCount();
    const response = await kickOff(api.fhirUrl, parameters(subject), { Prefer: 'return=minimal' });
    expect(response.status).toBe(400);
    expect((await outcomeOf(response)).issue[0]?.code).toBe('required');
    expect(await platform.exportCount()).toBe(before);
  });

  it.each([
    '$sql-export',
    '$viewdefinition-export',
    'ViewDefinition/$viewdefinition-export',
    'ViewDefinition/x/$viewdefinition-export',
  ])('GET %s, with 400 required', async (path) => {
    const response = await fetch(`${api.fhirUrl}/${path}`, { headers: { Prefer: 'respond-async' } });
    expect(response.status).toBe(400);
    expect((await outcomeOf(response)).issue[0]?.code).toBe('required');
  });

  it('a body that is not JSON', async () => {
    const response = await kickOff(api.fhirUrl, '<Parameters/>', { 'Content-Type': 'application/fhir+xml' });
    expect(response.status).toBe(415);
    expect((await outcomeOf(response)).issue[0]?.code).toBe('not-supported');
  });

  it('everything that is wrong, at once', async () => {
    const response = await kickOff(
      api.fhirUrl,
      parameters(
        byReference('ViewDefinition/none'),
        { name: '_limit', valueInteger: 1 },
        { name: '_format', valueCode: 'orc' },
      ),
    );
    expect(response.status).toBe(404);
    const { issue } = await outcomeOf(response);
    expect(issue.map(({ code }) => code).sort()).toEqual(['invalid', 'not-found', 'not-supported']);
  });
});

function startOf(expression: string): RegExp {
  return new RegExp(`^${expression.replaceAll(/[[\].]/g, '\\$&')}`);
}
