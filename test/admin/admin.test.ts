import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { ApiService } from '@millrace/api-service';
import { activateAlone, createDriver, createRedisTaskStates } from '@millrace/maintenance';
import type { BackgroundTask } from '@millrace/maintenance';
import {
  auditEventListSchema,
  exportListSchema,
  leaseListSchema,
  shownExportSchema,
  shownTaskSchema,
  taskListSchema,
  workerListSchema,
} from '@millrace/protocol/admin';
import { createMaintenanceWorker } from '@millrace/queue';
import type { z } from 'zod';
import { completeExport } from '../api/finish-export.js';
import { accepted, kickOff } from '../api/requests.js';
import { openPlatform } from '../api/start-api.js';
import type { Platform } from '../api/start-api.js';
import { REDIS_URL } from '../redis-url.js';
import { until } from '../until.js';

let platform: Platform;
let api: ApiService;
let redis: Redis;
beforeEach(async () => {
  platform = await openPlatform();
  api = await platform.start();
  redis = new Redis(REDIS_URL, { maxRetriesPerRequest: null });
});
afterEach(async () => {
  redis.disconnect();
  await platform.close();
});

/** The command line reads answers by these. */
const SCHEMAS: Readonly<Record<string, z.ZodType>> = {
  exports: exportListSchema,
  'exports/{one}': shownExportSchema,
  workers: workerListSchema,
  leases: leaseListSchema,
  'background-tasks': taskListSchema,
  'background-tasks/{one}': shownTaskSchema,
  AuditEvent: auditEventListSchema,
};

const ask = (path: string, init: RequestInit = {}, at = api.operationsUrl) =>
  fetch(`${at}/admin/${path}`, init);
const get = async (path: string): Promise<Record<string, unknown>> => {
  const answer = await ask(path);
  expect(answer.status).toBe(200);
  const body = (await answer.json()) as Record<string, unknown>;
  const schema = SCHEMAS[path.replace(/\?.*/, '').replace(/\/.+/, '/{one}')];
  expect(schema?.safeParse(body)).toMatchObject({ success: true });
  return body;
};
const change = (path: string, method: 'POST' | 'DELETE') =>
  ask(path, { method, body: '{}', headers: { 'Content-Type': 'application/json' } });

const probe = (activated: string[]): BackgroundTask => ({
  name: 'probe',
  description: 'a task of a test',
  periodSecs: 60,
  level: () => 'debug',
  newStatus: () => ({ limit: 1, errors: [] }),
  activate: async (_, status) => {
    activated.push('probe');
    status.errors.push('one item');
  },
});

describe('operators see', () => {
  test('exports that run, page by page, with their shards; and those that are over', async () => {
    const ids: string[] = [];
    for (let n = 0; n < 3; n += 1) ids.push((await accepted(await kickOff(api.fhirUrl))).id);
    const first = await get('exports?_count=2');
    const second = await get(`exports?_count=2&_cursor=${String(first['next'])}`);
    const listed = [first, second].flatMap(
      ({ exports }) => exports as { id: string; state: string; shardsDone: number }[],
    );
    expect(listed.map(({ id }) => id).sort()).toEqual(ids.toSorted());
    expect(listed[0]).toMatchObject({ state: 'accepted', shardsDone: 0, tenant: 'default' });
    await completeExport(platform, ids[0] ?? '', ['{}\n']);
    expect(await get('exports?state=over')).toMatchObject({ exports: [{ id: ids[0], state: 'completed' }] });
  });

  test('exports that have failed, the last one first, with their reasons', async () => {
    const now = Date.now();
    const fail = async (ms: number): Promise<string> => {
      const { id } = await accepted(await kickOff(api.fhirUrl));
      const failure = { status: 500, code: 'timeout', diagnostics: `after ${ms} ms` };
      await platform.jobs.decide(id, { outcome: 'failed', nonce: 'n', failure });
      const at = now + ms;
      await platform.jobs.settle(id, { outcome: 'failed', endedAt: at, expiresAt: at + 86_400_000, failure });
      return id;
    };
    const late = await fail(30);
    const early = await fail(10);
    const between = (await accepted(await kickOff(api.fhirUrl))).id;
    await completeExport(platform, between, ['{}\n']);
    const first = await get('exports?state=failed&_count=1');
    expect(first).toMatchObject({
      exports: [{ id: late, failure: { code: 'timeout', diagnostics: 'after 30 ms' } }],
    });
    const rest = await get(`exports?state=failed&_cursor=${String(first['next'])}`);
    expect(rest).toMatchObject({ exports: [{ id: early, failure: { diagnostics: 'after 10 ms' } }] });
    expect(rest['next']).toBeUndefined();
  });

  test('workers with their leases, and the workers on an export', async () => {
    const { id } = await accepted(await kickOff(api.fhirUrl));
    const { jobs } = platform;
    await jobs.registerWorker({ id: 'w1', slots: 4, forMs: 60_000 });
    await jobs.dispatch(1);
    await jobs.claim(
      { exportId: id, step: 'plan' },
      { nonce: 'n', worker: 'w1', leaseMs: 60_000, maxAttempts: 3 },
    );
    expect(await get('workers')).toMatchObject({ workers: [{ id: 'w1', slots: 4, leases: 1 }] });
    const lease = { exportId: id, step: 'plan', worker: 'w1' };
    expect(await get('leases')).toMatchObject({ leases: [lease], more: 0 });
    expect(await get(`exports/${id}`)).toMatchObject({ id, state: 'in-progress', leases: [lease] });
  });

  test('background tasks with their latest activations', async () => {
    const states = createRedisTaskStates({ redis, prefix: platform.prefix });
    const task = probe([]);
    await states.declare([task]);
    expect(await get('background-tasks')).toMatchObject({
      tasks: [{ name: 'probe', current: { state: 'idle' } }],
    });
    const driver = createDriver([task], {
      states,
      events: { taskActivated: () => undefined },
      nonce: () => 'n',
    });
    await driver.activate('probe', 'timeout');
    expect(await get('background-tasks/probe')).toMatchObject({
      name: 'probe',
      description: 'a task of a test',
      periodSecs: 60,
      last: { iteration: 1, reason: 'timeout', details: { limit: 1, errors: ['one item'] } },
    });
  });

  test('who did what, as AuditEvents, a page at a time; a window in the past stays as it is', async () => {
    for (let n = 0; n < 3; n += 1) await kickOff(api.fhirUrl);
    const events = await until(async () => {
      const { entry } = (await get('AuditEvent?_count=10')) as {
        entry: { resource: { recorded: string } }[];
      };
      return entry.length === 3 ? entry : undefined;
    });
    expect(events[0]).toMatchObject({ resource: { resourceType: 'AuditEvent', outcome: '0' } });
    const last = events.at(-1)?.resource.recorded ?? '';
    const window = `AuditEvent?_count=2&date=ge2026-01-01T00:00:00Z&date=le${last}`;
    const text = await (await ask(window)).text();
    await kickOff(api.fhirUrl);
    expect(await (await ask(window)).text()).toBe(text);
    const next = (JSON.parse(text) as { link: { relation: string; url: string }[] }).link.find(
      ({ relation }) => relation === 'next',
    );
    const second = await fetch(`${api.operationsUrl}${next?.url ?? ''}`);
    expect(await second.json()).toMatchObject({ entry: [events[2]] });
  });

  test('who did what on a day, which is all of it', async () => {
    await kickOff(api.fhirUrl);
    const found = async (...dates: string[]): Promise<number> => {
      const query = dates.map((date) => `date=${date}`).join('&');
      return ((await get(`AuditEvent?${query}`)) as { entry: unknown[] }).entry.length;
    };
    await until(async () => (await found()) === 1);
    const { entry } = (await get('AuditEvent')) as { entry: { resource: { recorded: string } }[] };
    const day = entry[0]?.resource.recorded.slice(0, 10) ?? '';
    expect(await found(`ge${day}`, `le${day}`)).toBe(1);
    expect([await found(`gt${day}`), await found(`lt${day}`)]).toEqual([0, 0]);
    expect(await found(`ge${day.slice(0, 7)}`, `le${day.slice(0, 4)}`)).toBe(1);
  });
});

describe('operators change', () => {
  test('an export: it is cancelled, and gone for its client', async () => {
    const { id, status } = await accepted(await kickOff(api.fhirUrl));
    expect((await change(`exports/${id}/cancel`, 'POST')).status).toBe(202);
    expect((await fetch(status)).status).toBe(404);
    expect((await change(`exports/${id}/cancel`, 'POST')).status).toBe(409);
    const { entry } = await until(async () => {
      const found = (await get('AuditEvent')) as { entry: unknown[] };
      return found.entry.length === 3 ? found : undefined;
    });
    expect(JSON.stringify(entry[1])).toContain('default/operator');
  });

  test('an export that is over: its files and its record are removed; one that runs stays', async () => {
    const { id } = await accepted(await kickOff(api.fhirUrl));
    expect((await change(`exports/${id}`, 'DELETE')).status).toBe(409);
    await completeExport(platform, id, ['{}\n']);
    expect((await change(`exports/${id}`, 'DELETE')).status).toBe(202);
    expect((await ask(`exports/${id}`)).status).toBe(404);
    for await (const { key } of platform.store.list('default/')) expect(key).not.toContain(id);
  });

  test('a background task: it runs in a worker because somebody asked for it', async () => {
    const activated: string[] = [];
    const states = createRedisTaskStates({ redis, prefix: platform.prefix });
    const task = probe(activated);
    await states.declare([task]);
    const driver = createDriver([task], {
      states,
      events: { taskActivated: () => undefined },
      nonce: () => 'n',
    });
    const worker = createMaintenanceWorker({
      connection: redis,
      prefix: platform.prefix,
      concurrency: 1,
      activate: (name, reason) => driver.activate(name, reason),
      onLost: () => undefined,
      onError: () => undefined,
    });
    await worker.ready();
    expect((await change('background-tasks/probe/activate', 'POST')).status).toBe(202);
    await until(async () => (await states.read('probe')).last?.reason === 'signal');
    expect(activated).toEqual(['probe']);
    expect((await change('background-tasks/prope/activate', 'POST')).status).toBe(404);
    await worker.close();
    expect((await activateAlone(task)).errors).toHaveLength(1);
  });
});

describe('operators get errors that say what is wrong', () => {
  test.each([
    ['exports?_count=0', 400, '_count'],
    ['exports?_count=1001', 400, '_count'],
    ['exports?stat=live', 400, 'stat'],
    ['exports?state=dead', 400, 'state'],
    ['exports/x', 404, 'an id has 32 hex digits'],
    ['AuditEvent?date=yesterday', 400, 'ge2026-01-31T00:00:00Z'],
    ['AuditEvent?date=ge2024-02-30', 400, '2024-02 has 29 days'],
    ['AuditEvent?date=lt2024-01-01T00:00:00%2B14:01', 400, 'the largest is 14:00'],
    ['AuditEvent?date=lt2024-01-01T00:00:00', 400, 'it has no offset'],
    ['AuditEvent?_cursor=x', 400, '_cursor'],
    ['exports/%zz', 400, 'a percent sign without two hex digits'],
    ['nothing', 404, 'there is nothing at GET /admin/nothing'],
  ])('GET %s: %d', async (path, status, part) => {
    const answer = await ask(path);
    expect(answer.status).toBe(status);
    expect(((await answer.json()) as { error: string }).error).toContain(part);
  });

  test.each([
    ['is no JSON', '{', 400],
    ['is too large', JSON.stringify({ x: 'x'.repeat(20_000) }), 413],
  ])('a body that %s', async (_, body, status) => {
    const headers = { 'Content-Type': 'application/json' };
    const answer = await ask('background-tasks/probe/activate', { method: 'POST', headers, body });
    expect(answer.status).toBe(status);
    expect(((await answer.json()) as { error: string }).error).toContain('must be JSON');
  });
});

describe('a client that is not an operator', () => {
  test('cannot change anything from a page in a browser: it is not asked as JSON, or names another host', async () => {
    const { id } = await accepted(await kickOff(api.fhirUrl));
    const form = await ask(`exports/${id}/cancel`, { method: 'POST', body: 'x=1' });
    expect(form.status).toBe(415);
    expect((await platform.jobs.read(id))?.state).toBe('accepted');
  });

  test('is refused without the token, where there is one', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'millrace-token-'));
    try {
      const file = join(folder, 'token');
      await writeFile(file, 'a-token-of-operators\n');
      const guarded = await platform.start({ OPERATOR_TOKEN_FILE: file });
      for (const Authorization of ['', 'Bearer another-token-here', 'Basic a-token-of-operators']) {
        const answer = await ask('workers', { headers: { Authorization } }, guarded.operationsUrl);
        expect(answer.status).toBe(401);
        expect(await answer.text()).not.toContain('a-token-of-operators');
      }
      const headers = { Authorization: 'Bearer a-token-of-operators' };
      expect((await ask('workers', { headers }, guarded.operationsUrl)).status).toBe(200);
      expect((await fetch(`${guarded.operationsUrl}/livez`)).status).toBe(200);
      await writeFile(file, 'short\n');
      await expect(platform.start({ OPERATOR_TOKEN_FILE: file })).rejects.toThrow('16 characters');
      await writeFile(file, 'schlüssel-der-betreiber\n');
      await expect(platform.start({ OPERATOR_TOKEN_FILE: file })).rejects.toThrow('visible ASCII');
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test('is refused where the listener is open to other machines and there is no token', async () => {
    const open = await platform.start({ OPS_HOST: '0.0.0.0' });
    const url = open.operationsUrl.replace('0.0.0.0', '127.0.0.1');
    expect((await ask('workers', {}, url)).status).toBe(403);
    expect((await fetch(`${url}/metrics`)).status).toBe(200);
  });
});
