import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import * as fc from 'fast-check';
import { mutated } from './mutations.js';
import type { Json } from './mutations.js';
import { dependsOn, format, outputName, query, reference, sqlView, subject, view } from './requests.js';
import { startAcceptanceServer } from './server.js';
import type { AcceptanceServer } from './server.js';

jest.setTimeout(300_000);

/** `MUTATIONS=20000 npm run acceptance` runs longer. */
const RUNS = Number(process.env['MUTATIONS'] ?? 2500);

let server: AcceptanceServer;
let made = 0;
beforeAll(async () => {
  // No worker carries out a run of SQL: those that are accepted end by their time, as too costly.
  server = await startAcceptanceServer({ workers: 0, environment: { RUN_TIMEOUT: '200ms' } });
});
afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
});

const parameters = (...parameter: readonly object[]): Json =>
  JSON.parse(JSON.stringify({ resourceType: 'Parameters', parameter })) as Json;
const ofV = query({
  parameter: [{ name: 'least', use: 'in', type: 'integer' }],
  relatedArtifact: [dependsOn('http://x.org/v', 'v')],
});
const values = { resourceType: 'Parameters', parameter: [{ name: 'least', valueInteger: 1 }] };

/** Valid requests, by their operation. */
const VALID: Readonly<Record<string, readonly Json[]>> = {
  '$sql-export': [
    parameters(subject(view()), format('csv'), { name: 'header', valueBoolean: false }),
    parameters(
      subject(
        view({ where: [{ path: 'active' }], constant: [{ name: 'c', valueString: 'x' }] }),
        outputName('a'),
      ),
      subject(
        view({ select: [{ forEach: 'name', column: [{ name: 'f', path: 'family', type: 'string' }] }] }),
        outputName('b'),
      ),
      reference('patient', 'Patient/a'),
      reference('group', 'Group/g'),
      { name: '_since', valueInstant: '2026-01-01T00:00:00Z' },
      { name: 'clientTrackingId', valueString: 'nightly' },
    ),
    parameters(subject(ofV, { name: 'parameters', resource: values }), {
      name: 'context',
      resource: sqlView({ url: 'http://x.org/v' }),
    }),
  ],
  '$viewdefinition-export': [
    parameters({ name: 'view', part: [{ name: 'viewResource', resource: view() }] }),
  ],
  '$sqlquery-export': [
    parameters(
      {
        name: 'query',
        part: [
          { name: 'queryResource', resource: ofV },
          { name: 'parameters', resource: values },
        ],
      },
      { name: 'tableSource', resource: view({ url: 'http://x.org/v' }) },
    ),
  ],
  '$sql-run': [
    parameters({ name: 'subjectResource', resource: view() }, format('json'), {
      name: '_limit',
      valueInteger: 2,
    }),
    parameters(
      { name: 'subjectResource', resource: view() },
      { name: 'resource', resource: { resourceType: 'Patient', id: 'x', name: [{ family: 'X' }] } },
      {
        name: 'resource',
        resource: { resourceType: 'Bundle', entry: [{ resource: { resourceType: 'Patient', id: 'y' } }] },
      },
      format('fhir'),
    ),
  ],
  '$viewdefinition-run': [parameters({ name: 'viewResource', resource: view() }, format('csv'))],
  '$sqlquery-run': [
    parameters(
      { name: 'queryResource', resource: ofV },
      { name: 'parameters', resource: values },
      { name: 'tableSource', resource: view({ url: 'http://x.org/v' }) },
      format('fhir'),
    ),
  ],
};

const CODES = new Set(
  'invalid structure required value invariant not-supported duplicate not-found too-long code-invalid too-costly business-rule conflict processing throttled'.split(
    ' ',
  ),
);

test.each(Object.keys(VALID))(
  '[com-16 exp-16] a damaged %s is answered, or refused with a reason, and makes no export when it is refused',
  async (operation) => {
    const counts = { accepted: 0, answered: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(mutated(VALID[operation] ?? []), async (body) => {
        const response = await fetch(`${server.fhirUrl}/${operation}`, {
          method: 'POST',
          headers: { 'Content-Type': 'application/fhir+json', Prefer: 'respond-async' },
          body,
        });
        if (response.status === 200) {
          counts.answered += 1;
          await response.arrayBuffer();
          return;
        }
        const answer = (await response.json()) as {
          resourceType: string;
          issue?: readonly { severity: string; code: string; diagnostics?: string }[];
        };
        if (response.status === 202) {
          counts.accepted += 1;
          const status = response.headers.get('content-location') ?? '';
          expect((await fetch(status, { method: 'DELETE' })).status).toBe(202);
          return;
        }
        counts.refused += 1;
        expect([400, 404, 413, 422]).toContain(response.status);
        expect(answer.resourceType).toBe('OperationOutcome');
        const issues = answer.issue ?? [];
        expect(issues.length).toBeGreaterThan(0);
        for (const { severity, code, diagnostics = '' } of issues) {
          expect(severity).toMatch(/^(error|fatal|warning|information)$/);
          expect(CODES).toContain(code);
          expect(diagnostics).not.toBe('');
        }
      }),
      { numRuns: Math.ceil(RUNS / Object.keys(VALID).length) },
    );
    const isSqlRun = operation === '$sqlquery-run';
    expect(counts.accepted + counts.answered).toBeGreaterThanOrEqual(isSqlRun ? 0 : 1);
    expect(counts.refused).toBeGreaterThan(RUNS / 20);
    made += counts.accepted;
    // A run of SQL is an export that is removed with its answer.
    if (!isSqlRun) expect(await server.exportIds()).toHaveLength(made);
  },
);
