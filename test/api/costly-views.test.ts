import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ApiService } from '@millrace/api-service';
import { endlessView, kickOff, outcomeOf, parameters, subject } from './requests.js';
import { openPlatform } from './start-api.js';
import type { Platform } from './start-api.js';

let platform: Platform;
let api: ApiService;

beforeAll(async () => {
  platform = await openPlatform();
  api = await platform.start({ COMPILE_THREADS: '1', COMPILE_TIMEOUT: '1500ms', COMPILE_QUEUE: '0' });
});

afterAll(() => platform.close());

const inline = (resource: object) =>
  parameters({ name: 'subject', part: [{ name: 'subjectResource', resource }] });

describe('a view that takes too long to compile', () => {
  it('is refused by name, while others are answered', async () => {
    const answered: string[] = [];
    const refused = kickOff(api.fhirUrl, inline(endlessView)).finally(() => answered.push('endless'));
    for (let polls = 0; polls < 20; polls += 1) {
      await fetch(`${api.fhirUrl}/metadata`);
      answered.push('metadata');
    }
    const response = await refused;
    expect(answered).toEqual([...Array.from({ length: 20 }, () => 'metadata'), 'endless']);
    expect(response.status).toBe(422);
    expect((await outcomeOf(response)).issue).toEqual([
      {
        severity: 'error',
        code: 'too-costly',
        diagnostics: expect.stringMatching(/^the view "endless": could not be compiled in the 1500 ms/),
        expression: ['subject[0].subjectResource'],
      },
    ]);
  });

  it('is not stored', async () => {
    const response = await fetch(`${api.fhirUrl}/ViewDefinition`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/fhir+json' },
      body: JSON.stringify(endlessView),
    });
    expect(response.status).toBe(422);
    expect((await outcomeOf(response)).issue[0]?.code).toBe('too-costly');
  });

  it('keeps others out for that long only, and asks them to come again', async () => {
    // Two requests for one view would share its compilation.
    const views = ['one', 'other'].map((name) => ({ ...endlessView, name }));
    const answers = await Promise.all(views.map((view) => kickOff(api.fhirUrl, inline(view))));
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([422, 503]);
    const busy = answers.find(({ status }) => status === 503);
    expect(busy?.headers.get('retry-after')).toMatch(/^\d+$/);
    expect((await kickOff(api.fhirUrl, parameters(subject))).status).toBe(202);
  });
});
