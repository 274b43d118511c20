import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { resultOf } from '../e2e/wire.js';
import { OPERATIONS, formOf, goodSubject, holding, invoke, parametersOf, pathsOf } from './operations.js';
import type { Operation } from './operations.js';
import { REJECTION_CASES } from './rejection-cases.js';
import { REJECTIONS } from './rejection-table.js';
import type { RejectionName } from './rejection-table.js';
import { accepted, dependsOn, format, post, query, refusalOf, subject, view } from './requests.js';
import { startAcceptanceServer } from './server.js';
import type { AcceptanceServer } from './server.js';

let server: AcceptanceServer;
beforeAll(async () => {
  server = await startAcceptanceServer();
});
afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
});

async function store(type: string, resource: Readonly<Record<string, unknown>>): Promise<void> {
  const stored = await fetch(`${server.fhirUrl}/${type}/${String(resource['id'])}`, {
    method: 'PUT',
    headers: { 'Content-Type': 'application/fhir+json' },
    body: JSON.stringify(resource),
  });
  expect([200, 201]).toContain(stored.status);
  await stored.arrayBuffer();
}

/** The tests that have run: `<row> <operation>`. */
const tested = new Set<string>();

/** Checks that an answer is a refusal as a row says, at each of the operations of the row that a case is for. */
async function expectRefusal(
  row: RejectionName,
  operation: Operation,
  response: Response,
  at = REJECTIONS[row].at?.(operation),
): Promise<void> {
  tested.add(`${row} ${operation.code}`);
  const { status, code } = REJECTIONS[row];
  const refusal = await refusalOf(response);
  const expected = refusal.issues.filter((issue) => issue.startsWith(`${code} ${at ?? '-'}`));
  expect({ ...refusal, asExpected: expected.length > 0 }).toEqual({
    status,
    issues: refusal.issues,
    asExpected: true,
  });
}

describe.each(OPERATIONS.map((operation) => [operation.code, operation] as const))(
  '%s is refused for',
  (_, operation) => {
    const cases = REJECTION_CASES.filter(
      ({ row, unless }) => REJECTIONS[row].operations.includes(operation) && unless?.(operation) !== true,
    );

    test.each(cases.map((one) => [one.title, one] as const))('%s', async (_title, { row, ask, at }) => {
      for (const path of pathsOf(operation)) {
        const response = await invoke(server.fhirUrl, operation, path, parametersOf(ask(operation)));
        await expectRefusal(row, operation, response, at?.(operation));
      }
    });

    test('[com-16] a body that is no Parameters', async () => {
      for (const body of [view(), { resourceType: 'Bundle' }, [], {}]) {
        for (const path of pathsOf(operation)) {
          const response = await invoke(server.fhirUrl, operation, path, body);
          await expectRefusal('a body that is no Parameters', operation, response);
        }
      }
    });
  },
);

const ofRow = (row: RejectionName) =>
  REJECTIONS[row].operations.map((operation) => [operation.code, operation] as const);

describe('rows that are not the parameters of a POST:', () => {
  test.each(ofRow('no wish for an asynchronous answer'))(
    '[exp-16] %s without a wish for an asynchronous answer',
    async (_, operation) => {
      for (const path of pathsOf(operation)) {
        const body = parametersOf(holding(operation, goodSubject(operation)));
        const response = await invoke(server.fhirUrl, operation, path, body, { Prefer: 'handling=strict' });
        await expectRefusal('no wish for an asynchronous answer', operation, response);
      }
    },
  );

  test.each(ofRow('a kick-off by GET'))('[exp-16] %s by GET', async (_, operation) => {
    const instance = operation.type === undefined ? [] : [`/${operation.type}/x/${operation.code}`];
    for (const path of [...pathsOf(operation), ...instance]) {
      const response = await fetch(`${server.fhirUrl}${path}`, { headers: { Prefer: 'respond-async' } });
      await expectRefusal('a kick-off by GET', operation, response);
    }
  });

  test.each(ofRow('a resource in a URL'))(
    '[run-9 com-16] %s with a resource in the URL',
    async (_, operation) => {
      const resources = [formOf(operation, 'Resource'), ...operation.context];
      for (const name of operation.takes.includes('view') ? [...resources, 'resource'] : resources) {
        const response = await fetch(`${server.fhirUrl}/${operation.code}?${name}=%7B%7D`);
        await expectRefusal('a resource in a URL', operation, response, name);
      }
    },
  );

  test.each(ofRow('a form that is not sent'))(
    '[com-6 run-9] %s in a form that is not sent',
    async (_, operation) => {
      for (const [asked, accept] of [
        ['parquet', 'application/fhir+json'],
        ['ndjson', 'application/fhir+json'],
        ['csv', 'application/fhir+xml'],
      ] as const) {
        const body = parametersOf([...holding(operation, goodSubject(operation)), format(asked)]);
        for (const path of pathsOf(operation)) {
          const response = await invoke(server.fhirUrl, operation, path, body, { Accept: accept });
          await expectRefusal('a form that is not sent', operation, response);
        }
      }
    },
  );

  test.each(ofRow('an instance that is not there'))(
    '[exp-16 run-9] %s of an instance that is not there',
    async (_, operation) => {
      const path = `/${operation.type ?? ''}/none/${operation.code}`;
      const response = await invoke(server.fhirUrl, operation, path, parametersOf([]));
      await expectRefusal('an instance that is not there', operation, response);
    },
  );

  test.each(ofRow('a subject where the URL names it'))(
    '[com-16] %s with a subject where the URL names it',
    async (_, operation) => {
      const url = `http://x.org/${operation.code.slice(1)}`;
      const type = operation.type ?? '';
      await store(type, type === 'Library' ? query({ id: 'there', url }) : view({ id: 'there', url }));
      const path = `/${type}/there/${operation.code}`;
      const body = parametersOf(holding(operation, goodSubject(operation)));
      const response = await invoke(server.fhirUrl, operation, path, body);
      await expectRefusal('a subject where the URL names it', operation, response);
    },
  );

  test.each(ofRow('the status of a cancelled export'))(
    '[exp-22] the status of a cancelled %s',
    async (_, operation) => {
      const body = parametersOf(holding(operation, view()));
      const status = await accepted(await invoke(server.fhirUrl, operation, `/${operation.code}`, body));
      // It may have ended before.
      const cancelled = await fetch(status.replace(/status$/, 'result'), { method: 'DELETE' });
      expect(cancelled.status).toBe(202);
      await expectRefusal(
        'the status of a cancelled export',
        operation,
        await fetch(status, { redirect: 'manual' }),
      );
    },
  );

  test.each(ofRow('the result of an export that failed'))(
    '[exp-16 com-16] the result of a %s that failed, as often as it is asked for',
    async (_, operation) => {
      const two = view({ select: [{ column: [{ name: 'family', path: 'name.family' }] }] });
      const body = parametersOf(holding(operation, two));
      const status = await accepted(await invoke(server.fhirUrl, operation, `/${operation.code}`, body));
      for (const time of ['once', 'again']) {
        const result = await resultOf(status);
        expect([time, result.headers.get('expires')]).toEqual([time, expect.any(String)]);
        await expectRefusal('the result of an export that failed', operation, result);
      }
    },
  );

  test.each(ofRow('polls without a pause'))(
    '[com-20 exp-21] polls of a %s without a pause',
    async (_, operation) => {
      const environment = { POLL_THROTTLE_FACTOR: '1', POLL_THROTTLE_BURST: '3', POLL_RETRY_MIN: '5s' };
      await using impatient = await startAcceptanceServer({ workers: 0, environment });
      const body = parametersOf(holding(operation, view()));
      const status = await accepted(await invoke(impatient.fhirUrl, operation, `/${operation.code}`, body));
      const polls: Response[] = [];
      for (let poll = 0; poll < 20; poll += 1) polls.push(await fetch(status, { redirect: 'manual' }));
      const refused = polls.find((poll) => poll.status !== 202) ?? Response.error();
      await expectRefusal('polls without a pause', operation, refused);
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    },
  );
});

describe('an export is refused', () => {
  test.each<[string, string, number, string, string]>([
    [
      'that nothing has',
      'http://x.org/t/none',
      404,
      'not-found',
      'neither in the request nor on this server',
    ],
    [
      'of several versions',
      'http://x.org/t/two',
      404,
      'not-found',
      'the versions "1", "2": name one of them',
    ],
    ['of an incomplete expansion', 'http://x.org/t/cut', 422, 'processing', 'cannot be a table'],
    ['of a map that is no table', 'http://x.org/t/map', 422, 'processing', 'cannot be a table'],
  ])('[term-20] for stored terminology %s', async (_, url, status, code, why) => {
    await store('ValueSet', {
      resourceType: 'ValueSet',
      id: 'two-1',
      url: 'http://x.org/t/two',
      version: '1',
    });
    await store('ValueSet', {
      resourceType: 'ValueSet',
      id: 'two-2',
      url: 'http://x.org/t/two',
      version: '2',
      expansion: { contains: [{ system: 'urn:s', code: 'a' }] },
    });
    const expansion = { total: 3, contains: [{ system: 'urn:s', code: 'a' }] };
    await store('ValueSet', { resourceType: 'ValueSet', id: 'cut', url: 'http://x.org/t/cut', expansion });
    const group = [{ source: 'urn:s', element: [{ code: 'a', target: [{ code: 'b' }] }] }];
    await store('ConceptMap', { resourceType: 'ConceptMap', id: 'map', url: 'http://x.org/t/map', group });
    const asked = subject(query({ relatedArtifact: [dependsOn(url, 't')] }));
    const response = await post(server.fhirUrl, [asked]);
    const { issue } = (await response.json()) as { issue: { code: string; diagnostics: string }[] };
    expect([response.status, issue[0]?.code]).toEqual([status, code]);
    expect(issue[0]?.diagnostics).toContain(url);
    expect(issue[0]?.diagnostics).toContain(why);
  });

  test('[term-20] for no longer than it is undecided: a version that is named is found', async () => {
    const asked = subject(query({ relatedArtifact: [dependsOn('http://x.org/t/two|2', 't')] }));
    expect((await post(server.fhirUrl, [asked])).status).toBe(202);
  });

  test('[exp-17] with all problems of all subjects together', async () => {
    const response = await post(server.fhirUrl, [
      {
        name: 'subject',
        part: [{ name: 'subjectReference', valueReference: { reference: 'ViewDefinition/none' } }],
      },
      subject(view({ select: [] })),
      { name: 'patient', valueReference: { reference: 'Patient/z' } },
    ]);
    expect(await refusalOf(response)).toEqual({
      status: 404,
      issues: [
        'not-found patient',
        'not-found subject[0].subjectReference',
        'invalid subject[1].subjectResource.select',
      ],
    });
  });

  test('[exp-16] with every issue an error that says why', async () => {
    const response = await post(server.fhirUrl, [subject({ resourceType: 'Patient' }), format('orc')]);
    const { issue } = (await response.json()) as {
      issue: readonly { severity: string; diagnostics: string }[];
    };
    expect(issue.map(({ severity }) => severity)).toEqual(['error', 'error']);
    expect(issue.every(({ diagnostics }) => diagnostics.length > 10)).toBe(true);
  });
});

// The last of this file: it looks at what the ones before it have tested.
test('every row of the table was tested at every operation that it is for', () => {
  const rows = Object.entries(REJECTIONS).flatMap(([name, { operations }]) =>
    operations.map(({ code }) => `${name} ${code}`),
  );
  expect(rows.filter((row) => !tested.has(row))).toEqual([]);
  expect(rows.length).toBeGreaterThan(120);
});
