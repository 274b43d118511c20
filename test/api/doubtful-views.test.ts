import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ApiService } from '@millrace/api-service';
import { exportObjectKey } from '@millrace/export';
import { accepted, kickOff, outcomeOf, parameters, patientView } from './requests.js';
import { openPlatform } from './start-api.js';
import type { Platform } from './start-api.js';

let platform: Platform;
let api: ApiService;

beforeAll(async () => {
  platform = await openPlatform();
  api = await platform.start();
});

afterAll(() => platform.close());

const LENIENT = { Prefer: 'respond-async, handling=lenient' };

/** A misspelt element, and a comparison that is never true. */
const doubtfulView = {
  ...patientView,
  where: [{ path: "birthDate > '2001-01-01'" }],
  select: [{ column: [{ name: 'family', path: 'name.familly' }] }],
};
const AT = 'subject[0].subjectResource';
const COMPARED =
  '"birthDate > \'2001-01-01\'" compares date with string by ">", which never compare; write @2001-01-01';
const MISSPELT =
  '"name.familly" names the element "familly", which HumanName does not have; did you mean "family"?';

const inline = (view: object) => ({ name: 'subject', part: [{ name: 'subjectResource', resource: view }] });
const stored = (id: string) => ({
  name: 'subject',
  part: [{ name: 'subjectReference', valueReference: { reference: `ViewDefinition/${id}` } }],
});

interface Notice {
  readonly [part: string]: unknown;
}

/** The notices of a Parameters resource, each with its parts by name. */
async function noticesOf(response: Response): Promise<Notice[]> {
  const body = (await response.json()) as {
    parameter: { name: string; part?: { name: string; [value: string]: unknown }[] }[];
  };
  return body.parameter
    .filter(({ name }) => name === 'notice')
    .map(({ part = [] }) =>
      Object.fromEntries(part.map(({ name, ...value }) => [name, Object.values(value)[0]])),
    );
}

describe('a kick-off with a view that cannot be meant', () => {
  it.each(['csv', 'ndjson', 'json', 'parquet'])(
    'as %s is 422: all faults in one outcome, each at its element',
    async (format) => {
      const format_ = { name: '_format', valueCode: format };
      const refused = await kickOff(api.fhirUrl, parameters(inline(doubtfulView), format_));
      expect(refused.status).toBe(422);
      expect((await outcomeOf(refused)).issue).toEqual([
        {
          severity: 'error',
          code: 'invalid',
          expression: [`${AT}.where[0].path`],
          diagnostics: `where[0].path: ${COMPARED}`,
        },
        {
          severity: 'error',
          code: 'invalid',
          expression: [`${AT}.select[0].column[0].path`],
          diagnostics: `select[0].column[0].path: ${MISSPELT}`,
        },
      ]);
    },
  );

  it('is accepted leniently, with warnings in the answer and in the stored request', async () => {
    const response = await kickOff(api.fhirUrl, parameters(inline(doubtfulView)), LENIENT);
    const { id } = await accepted(response.clone());
    const notices = [
      { kind: 'view', diagnostics: `where[0].path: ${COMPARED}`, expression: `${AT}.where[0].path` },
      {
        kind: 'view',
        diagnostics: `select[0].column[0].path: ${MISSPELT}`,
        expression: `${AT}.select[0].column[0].path`,
      },
    ];
    expect(await noticesOf(response)).toEqual(notices);
    const request = await platform.store.read(exportObjectKey('default', id, 'request'));
    expect(JSON.parse(Buffer.from(request ?? []).toString('utf8'))).toMatchObject({
      handling: 'lenient',
      notices,
    });
  });

  it('is refused leniently too when it cannot run', async () => {
    const broken = { ...doubtfulView, select: [{ column: [{ name: 'a', path: 'name.resolve()' }] }] };
    const refused = await kickOff(api.fhirUrl, parameters(inline(broken)), LENIENT);
    expect(refused.status).toBe(422);
    const [issue, ...others] = (await outcomeOf(refused)).issue;
    expect(others).toEqual([]);
    expect(issue?.diagnostics).toContain('it asks other servers; write getReferenceKey()');
  });
});

it('a kick-off with a view of which only some values fit is accepted, and told', async () => {
  const keyed = { ...patientView, select: [{ column: [{ name: 'id', path: 'id', type: 'integer' }] }] };
  const response = await kickOff(api.fhirUrl, parameters(inline(keyed)));
  expect(response.status).toBe(202);
  expect(await noticesOf(response)).toMatchObject([{ expression: `${AT}.select[0].column[0].type` }]);
});

describe('a ViewDefinition that cannot be meant', () => {
  const put = (id: string, prefer?: string) =>
    fetch(`${api.fhirUrl}/ViewDefinition/${id}`, {
      method: 'PUT',
      headers: {
        'Content-Type': 'application/fhir+json',
        ...(prefer === undefined ? {} : { Prefer: prefer }),
      },
      body: JSON.stringify({ ...doubtfulView, id }),
    });

  it('is not stored, unless the client asks to be lenient', async () => {
    const refused = await put('refused');
    expect(refused.status).toBe(422);
    expect((await outcomeOf(refused)).issue.map(({ expression }) => expression)).toEqual([
      ['ViewDefinition.where[0].path'],
      ['ViewDefinition.select[0].column[0].path'],
    ]);
    expect((await put('taken', 'handling=lenient')).status).toBe(201);
  });

  it('gives a client that asks for an outcome the warnings', async () => {
    const response = await put('told', 'handling=lenient, return=OperationOutcome');
    expect(response.status).toBe(201);
    expect((await outcomeOf(response)).issue).toMatchObject([
      { severity: 'warning', diagnostics: COMPARED, expression: ['ViewDefinition.where[0].path'] },
      { severity: 'warning', diagnostics: MISSPELT },
    ]);
  });

  it('stays readable, and is checked anew by each kick-off that names it', async () => {
    await put('kept', 'handling=lenient');
    const read = await fetch(`${api.fhirUrl}/ViewDefinition/kept`);
    expect([read.status, await read.json()]).toMatchObject([200, { select: doubtfulView.select }]);
    const refused = await kickOff(api.fhirUrl, parameters(stored('kept')));
    expect(refused.status).toBe(422);
    expect((await outcomeOf(refused)).issue).toMatchObject([
      { expression: ['subject[0].subjectReference'], diagnostics: `where[0].path: ${COMPARED}` },
      { diagnostics: `select[0].column[0].path: ${MISSPELT}` },
    ]);
    expect((await kickOff(api.fhirUrl, parameters(stored('kept')), LENIENT)).status).toBe(202);
  });
});
