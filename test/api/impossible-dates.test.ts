import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ApiService } from '@millrace/api-service';
import { kickOff, outcomeOf, parameters, patientView } from './requests.js';
import { openPlatform } from './start-api.js';
import type { Platform } from './start-api.js';

let platform: Platform;
let api: ApiService;
beforeAll(async () => {
  platform = await openPlatform();
  api = await platform.start();
});
afterAll(() => platform.close());

const REASON = '2024-02 has 29 days, and no day 30';
const views = [
  ['a constant', { constant: [{ name: 'c', valueDate: '2024-02-30' }] }, 'constant[0]'],
  ['a literal', { where: [{ path: 'birthDate < @2024-02-30' }] }, 'where[0].path'],
] as const;

describe.each(views)('a view with a date that cannot be, in %s,', (_, fields, element) => {
  const view = { ...patientView, ...fields };

  it.each(['respond-async', 'respond-async, handling=lenient'])(
    'is no subject of an export, with Prefer: %s',
    async (Prefer) => {
      const subject = { name: 'subject', part: [{ name: 'subjectResource', resource: view }] };
      const response = await kickOff(api.fhirUrl, parameters(subject), { Prefer });
      expect(response.status).toBe(422);
      expect((await outcomeOf(response)).issue).toEqual([
        expect.objectContaining({
          code: 'invalid',
          expression: [`subject[0].subjectResource.${element}`],
          diagnostics: expect.stringContaining(REASON),
        }),
      ]);
      expect(await platform.exportCount()).toBe(0);
    },
  );

  it('is not stored', async () => {
    const response = await fetch(`${api.fhirUrl}/ViewDefinition/impossible`, {
      method: 'PUT',
      headers: { 'Content-Type': 'application/fhir+json' },
      body: JSON.stringify({ ...view, id: 'impossible' }),
    });
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(JSON.stringify(await outcomeOf(response))).toContain(REASON);
  });
});
