import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ApiService } from '@millrace/api-service';
import { accepted, kickOff, parameters, subject } from './requests.js';
import { openPlatform } from './start-api.js';
import type { Platform } from './start-api.js';

let platform: Platform;
let api: ApiService;

beforeAll(async () => {
  platform = await openPlatform();
  api = await platform.start();
});

afterAll(() => platform.close());

const ask = (prefer: string, key?: string) =>
  kickOff(api.fhirUrl, parameters(subject), {
    Prefer: prefer,
    ...(key === undefined ? {} : { 'Idempotency-Key': key }),
  });

describe('a kick-off that prefers', () => {
  it('a minimal answer has its status address and no body', async () => {
    const response = await ask('respond-async, return=minimal');
    await accepted(response);
    expect(await response.text()).toBe('');
    expect(response.headers.get('content-type')).toBeNull();
    expect(response.headers.get('preference-applied')).toBe('respond-async, return=minimal');
  });

  it.each([
    ['return=representation', 'Parameters'],
    ['return=OperationOutcome', 'OperationOutcome'],
    ['return=anything', 'Parameters'],
  ])('%s is answered with %s', async (preference, resourceType) => {
    const response = await ask(`respond-async, ${preference}`);
    expect(response.headers.get('content-type')).toMatch(/^application\/fhir\+json/);
    expect(response.headers.get('preference-applied')?.includes(preference)).toBe(
      preference !== 'return=anything',
    );
    await accepted(response.clone());
    expect(await response.json()).toMatchObject({ resourceType });
  });

  it('a handling is told that it was followed', async () => {
    const response = await ask('handling=lenient, respond-async');
    expect(response.headers.get('preference-applied')).toBe('respond-async, handling=lenient');
  });

  it('another body than the first time gets that, for the same export', async () => {
    const first = await accepted(await ask('respond-async', 'once'));
    const again = await ask('respond-async, return=minimal', 'once');
    expect(await accepted(again)).toEqual(first);
    expect(await again.text()).toBe('');
  });
});
