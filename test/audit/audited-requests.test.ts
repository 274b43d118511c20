import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createRedisAuditLog, listEntries } from '@millrace/audit';
import type { AuditEntry, AuditLog } from '@millrace/audit';
import type { ApiService } from '@millrace/api-service';
import { completeExport } from '../api/finish-export.js';
import { accepted, kickOff, outcomeOf } from '../api/requests.js';
import { openPlatform } from '../api/start-api.js';
import type { Platform } from '../api/start-api.js';
import { REDIS_URL } from '../redis-url.js';
import { until } from '../until.js';

const MAX_BYTES = 1 << 16;

let platform: Platform;
let api: ApiService;
let redis: Redis;
let audit: AuditLog;
beforeEach(async () => {
  platform = await openPlatform();
  api = await platform.start({ AUDIT_MAX_UNARCHIVED_BYTES: String(MAX_BYTES) });
  redis = new Redis(REDIS_URL);
  audit = createRedisAuditLog({ redis, prefix: platform.prefix, maxBytes: MAX_BYTES });
});
afterEach(async () => {
  await redis.quit();
  await platform.close();
});

/** Entries, once there are this many. */
async function entries(count: number): Promise<readonly AuditEntry[]> {
  return until(async () => {
    const { entries: found } = await listEntries(
      audit,
      platform.store,
      { from: 0, to: Infinity },
      undefined,
      100,
    );
    return found.length >= count ? found : undefined;
  });
}

/** Fills the log, so that it takes no more entries. */
async function fill(): Promise<void> {
  const long = 'x'.repeat(200);
  const start = { action: 'download', tenant: long, client: long, object: long } as const;
  while ((await audit.init({ id: randomUUID(), ...start })) === 'started');
  while ((await audit.init({ id: randomUUID(), action: 'download', tenant: '', client: '' })) === 'started');
}

describe('the audit log', () => {
  test('tells who kicked off, downloaded, cancelled and deleted which export, and how each was answered', async () => {
    const { id, status } = await accepted(await kickOff(api.fhirUrl));
    await completeExport(platform, id, ['{}\n']);
    const file = `${api.fhirUrl}/export/${id}/files/patients.part1.ndjson`;
    expect(await (await fetch(file)).text()).toBe('{}\n');
    expect((await fetch(`${file}.none`)).status).toBe(404);
    expect((await fetch(status, { method: 'DELETE' })).status).toBe(202);
    await entries(4);
    expect((await fetch(status.replace(/status$/, 'result'), { method: 'DELETE' })).status).toBe(202);
    const found = await entries(5);
    expect(found.map(({ start, result }) => ({ ...start, ...result }))).toEqual([
      expect.objectContaining({ action: 'kick-off', kind: 'success', status: 202, exportId: id }),
      expect.objectContaining({
        action: 'download',
        kind: 'success',
        status: 200,
        exportId: id,
        object: 'patients.part1.ndjson',
      }),
      expect.objectContaining({
        action: 'download',
        kind: 'error',
        status: 404,
        code: 'not-found',
        message: 'Not Found',
      }),
      expect.objectContaining({ action: 'cancel', kind: 'success', status: 202, exportId: id }),
      expect.objectContaining({ action: 'delete', kind: 'success', status: 202, exportId: id }),
    ]);
    for (const { start } of found) {
      expect(start).toMatchObject({
        tenant: 'default',
        client: 'anonymous',
        address: expect.stringContaining('127.0.0.1'),
      });
      expect(start.requestId).toMatch(/^[0-9a-f-]{36}$/);
    }
  });

  test('has refused requests too, and no text that the client sent', async () => {
    const secret = 'Jane-Doe-1970';
    await kickOff(api.fhirUrl, {
      resourceType: 'Parameters',
      parameter: [{ name: secret, valueString: secret }],
    });
    await fetch(`${api.fhirUrl}/export/${secret}/status`, { method: 'DELETE' });
    await fetch(`${api.fhirUrl}/export/${secret}/files/${secret}%20x`);
    const found = await entries(3);
    expect(found.map(({ result }) => result.kind)).toEqual(['error', 'error', 'error']);
    expect(JSON.stringify(found)).not.toContain(secret);
  });
});

describe('when no audit entry can be begun', () => {
  test('a kick-off is refused with 503, and there is no export', async () => {
    await fill();
    const answer = await kickOff(api.fhirUrl);
    expect(answer.status).toBe(503);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await outcomeOf(answer)).issue[0]).toMatchObject({
      code: 'transient',
      diagnostics: expect.stringContaining('audit log'),
    });
    expect(await platform.exportCount()).toBe(0);
    expect(await platform.queued()).toEqual([]);
  });

  test('a kick-off that is wrong as well is refused with 503, as nothing is told that is not written down', async () => {
    await fill();
    const wrong = {
      resourceType: 'Parameters',
      parameter: [{ name: 'no-such-parameter', valueString: 'x' }],
    };
    expect((await kickOff(api.fhirUrl, wrong)).status).toBe(503);
  });

  test('a cancel is refused with 503, and the export goes on; its status is told all the same', async () => {
    const { id, status } = await accepted(await kickOff(api.fhirUrl));
    await entries(1);
    await fill();
    expect((await fetch(status, { method: 'DELETE' })).status).toBe(503);
    expect((await platform.jobs.read(id))?.state).toBe('accepted');
    expect((await fetch(status)).status).toBe(202);
  });

  test('a deletion is refused with 503, and the result stays', async () => {
    const { id, status } = await accepted(await kickOff(api.fhirUrl));
    await completeExport(platform, id, ['{}\n']);
    await entries(1);
    await fill();
    const result = status.replace(/status$/, 'result');
    expect((await fetch(result, { method: 'DELETE' })).status).toBe(503);
    expect((await fetch(result)).status).toBe(200);
  });

  test('a download is refused with 503, and no byte is sent', async () => {
    const { id } = await accepted(await kickOff(api.fhirUrl));
    await completeExport(platform, id, ['{}\n']);
    await entries(1);
    await fill();
    const answer = await fetch(`${api.fhirUrl}/export/${id}/files/patients.part1.ndjson`);
    expect(answer.status).toBe(503);
    expect(await answer.text()).not.toContain('{}\n');
  });
});
