import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { accepted, kickOff } from './requests.js';
import type { Outcome } from './requests.js';
import { openPlatform } from './start-api.js';
import type { Platform } from './start-api.js';

let platform: Platform;
beforeEach(async () => {
  platform = await openPlatform();
});
afterEach(() => platform.close());

it('a kick-off above the cap of its tenant is 429 with a time to ask again, at every instance', async () => {
  const environment = { TENANT_EXPORT_CAP: '2' };
  const apis = [await platform.start(environment), await platform.start(environment)];
  const responses = await Promise.all([...apis, ...apis, ...apis].map(({ fhirUrl }) => kickOff(fhirUrl)));
  const refused = responses.filter(({ status }) => status === 429);
  expect(responses.filter(({ status }) => status === 202)).toHaveLength(2);
  expect(refused).toHaveLength(4);
  for (const response of refused) {
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    const outcome = (await response.json()) as Outcome;
    expect(outcome.issue).toMatchObject([{ severity: 'error', code: 'throttled' }]);
  }
  expect(await platform.exportCount()).toBe(2);

  const one = responses.find(({ status }) => status === 202);
  const cancelled = await fetch(one?.headers.get('content-location') ?? '', { method: 'DELETE' });
  expect(cancelled.status).toBe(202);
  await accepted(await kickOff(apis[1]?.fhirUrl ?? ''));
});
