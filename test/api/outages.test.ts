import { readdir, rename, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ApiService } from '@millrace/api-service';
import { createMarker } from '@millrace/storage';
import { MARKER_KEY } from '@millrace/storage/contract';
import { kickOff, outcomeOf } from './requests.js';
import { openPlatform } from './start-api.js';
import type { Platform } from './start-api.js';

/** Nobody listens on the discard port. */
const NO_REDIS = 'redis://127.0.0.1:9';
/** What a client is promised when Redis is away. */
const PROMISED_MS = 2000;

let platform: Platform;

beforeAll(async () => {
  platform = await openPlatform();
});

afterAll(() => platform.close());

describe('an API whose Redis is away', () => {
  let api: ApiService;

  beforeAll(async () => {
    // Which store it is, its marker says: somebody has used it before.
    await createMarker(platform.store, 'of-this-test');
    api = await platform.start({ REDIS_URL: NO_REDIS });
  });

  it('refuses a kick-off with 503 in time and leaves nothing behind', async () => {
    const signal = AbortSignal.timeout(PROMISED_MS);
    const response = await kickOff(api.fhirUrl, undefined, {}, signal);
    expect(response.status).toBe(503);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await outcomeOf(response)).issue[0]?.code).toBe('transient');
    expect(await readdir(platform.out)).toEqual([MARKER_KEY]);
  });

  it.each(['export/00000000000000000000000000000000/status', 'ViewDefinition/x', 'ViewDefinition'])(
    'answers GET %s with 503',
    async (path) => {
      const response = await fetch(`${api.fhirUrl}/${path}`, { signal: AbortSignal.timeout(PROMISED_MS) });
      expect(response.status).toBe(503);
      expect((await outcomeOf(response)).issue[0]?.code).toBe('transient');
    },
  );

  it('says what it can do, and that it is live and not ready', async () => {
    expect((await fetch(`${api.fhirUrl}/metadata`)).status).toBe(200);
    expect((await fetch(`${api.operationsUrl}/livez`)).status).toBe(200);
    const readiness = await fetch(`${api.operationsUrl}/readyz`);
    expect(readiness.status).toBe(503);
    expect(await readiness.json()).toMatchObject({ checks: { store: 'ok' } });
    expect((await fetch(`${api.operationsUrl}/metrics`)).status).toBe(200);
    expect((await fetch(`${api.operationsUrl}/ops/queues`)).status).toBe(503);
  });
});

describe('an API whose object store is away', () => {
  it('refuses a kick-off with 503 and leaves no export behind', async () => {
    const api = await platform.start();
    await rename(platform.out, `${platform.out}-away`);
    await writeFile(platform.out, 'a file where the folder was');
    const before = await platform.exportCount();
    const response = await kickOff(api.fhirUrl);
    expect(response.status).toBe(503);
    expect((await outcomeOf(response)).issue[0]?.code).toBe('transient');
    expect(await platform.exportCount()).toBe(before);
    expect(await platform.queued()).toEqual([]);
  });
});
