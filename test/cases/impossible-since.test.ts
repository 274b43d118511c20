import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { ApiService } from '@millrace/api-service';
import { kickOff, outcomeOf, parameters } from '../api/requests.js';
import { openPlatform } from '../api/start-api.js';
import type { Platform } from '../api/start-api.js';
import { describeCase } from './read-case.js';

describeCase('08-since-impossible-date', (read) => {
  let platform: Platform;
  let api: ApiService;

  beforeAll(async () => {
    platform = await openPlatform();
    await writeFile(join(platform.data, 'Patient.ndjson'), read().input);
    api = await platform.start();
  });
  afterAll(() => platform.close());

  const since = (valueInstant: string): Promise<Response> =>
    kickOff(
      api.fhirUrl,
      parameters(
        { name: 'subject', part: [{ name: 'subjectResource', resource: read().view }] },
        { name: '_since', valueInstant },
      ),
    );

  it.each([
    ['2024-02-30T00:00:00Z', '2024-02 has 29 days'],
    ['2023-02-29T00:00:00Z', '2023-02 has 28 days'],
    ['2024-04-31T00:00:00Z', '2024-04 has 30 days'],
    ['0000-01-01T00:00:00Z', 'no year 0000'],
    ['2024-01-01T00:00:00+14:01', 'the largest is 14:00'],
    ['2024-01-01T24:00:00Z', 'no hour 24'],
    ['2024-01-01T12:00:60Z', 'no second 60'],
  ])('a kick-off since %s is refused with the reason', async (instant, reason) => {
    const response = await since(instant);
    expect(response.status).toBe(400);
    const { issue } = await outcomeOf(response);
    expect(issue).toEqual([
      expect.objectContaining({
        code: 'invalid',
        expression: ['_since'],
        diagnostics: expect.stringContaining(reason),
      }),
    ]);
    expect(await platform.exportCount()).toBe(0);
  });

  it('a kick-off since a moment that there is goes on', async () => {
    expect((await since('2024-02-29T23:59:59.5+14:00')).status).toBe(202);
  });
});
