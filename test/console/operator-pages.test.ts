import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ApiService } from '@millrace/api-service';
import { snapshotSchema } from '@millrace/protocol/admin';
import type { Snapshot } from '@millrace/protocol/admin';
import { createExportQueue, createMaintenanceQueue } from '@millrace/queue';
import { Redis } from 'ioredis';
import { completeExport } from '../api/finish-export.js';
import { accepted, kickOff } from '../api/requests.js';
import { openPlatform } from '../api/start-api.js';
import type { Platform } from '../api/start-api.js';
import { REDIS_URL } from '../redis-url.js';
import { until } from '../until.js';

const TOKEN = 'a-token-of-operators';
const basic = (password: string) => `Basic ${btoa(`operator:${password}`)}`;
const withToken = { Authorization: basic(TOKEN) };

let platform: Platform;
let folder: string;
/** With a token, and with actions on the board. */
let guarded: ApiService;
/** Without either. */
let open: ApiService;
let redis: Redis;
beforeAll(async () => {
  platform = await openPlatform();
  folder = await mkdtemp(join(tmpdir(), 'millrace-token-'));
  const file = join(folder, 'token');
  await writeFile(file, TOKEN);
  open = await platform.start();
  guarded = await platform.start({ OPERATOR_TOKEN_FILE: file, QUEUE_BOARD_ACTIONS: 'true' });
  redis = new Redis(REDIS_URL, { maxRetriesPerRequest: null });
});
afterAll(async () => {
  redis.disconnect();
  await platform.close();
  await rm(folder, { recursive: true });
});

const ask = (path: string, headers: Record<string, string> = withToken, init: RequestInit = {}) =>
  fetch(`${guarded.operationsUrl}${path}`, { headers, ...init });
const put = (path: string, headers: Record<string, string>) =>
  ask(`/ops/queues/api/queues/${path}`, { ...withToken, ...headers }, { method: 'PUT' });

/** The queue of the API, as another program sees it. */
const exportQueue = () => createExportQueue({ connection: redis, prefix: platform.prefix }).bull();

async function firstSnapshot(): Promise<Snapshot> {
  const closing = new AbortController();
  const answer = await fetch(`${open.operationsUrl}/ops/events`, { signal: closing.signal });
  expect(answer.headers.get('content-type')).toContain('text/event-stream');
  try {
    let text = '';
    for await (const chunk of answer.body ?? []) {
      text += Buffer.from(chunk as Uint8Array).toString('utf8');
      const [, name, data] = /^event: (\w+)\ndata: (.+)\n\n/.exec(text) ?? [];
      if (data === undefined) continue;
      expect(name).toBe('snapshot');
      return snapshotSchema.strict().parse(JSON.parse(data));
    }
    throw new Error(`no event: ${text}`);
  } finally {
    closing.abort();
  }
}

describe('the pages of operators', () => {
  test.each([
    '/ops',
    '/ops/console.js',
    '/ops/cells.js',
    '/ops/words.js',
    '/ops/events',
    '/ops/queues/',
    '/ops/queues/api/queues',
    '/admin/workers',
  ])('%s needs the token, as a browser or a program sends it', async (path) => {
    for (const headers of [
      {},
      { Authorization: basic('another-token-here') },
      { Authorization: 'Basic ?' },
    ]) {
      const answer = await ask(path, headers);
      expect(answer.status).toBe(401);
      expect(answer.headers.get('www-authenticate')).toContain('Basic realm="Millrace operations"');
      expect(Object.keys((await answer.json()) as object)).toEqual(['error']);
    }
    for (const Authorization of [basic(TOKEN), `Bearer ${TOKEN}`]) {
      const answer = await ask(path, { Authorization }, { signal: AbortSignal.timeout(30_000) });
      expect(answer.status).toBe(200);
      await answer.body?.cancel();
    }
  });

  test('are served by the machine itself, and let nothing inline and nothing of another site run', async () => {
    for (const path of ['/ops', '/ops/queues/']) {
      const answer = await ask(path);
      const policy = answer.headers.get('content-security-policy') ?? '';
      expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
      expect(policy).not.toContain('unsafe');
      const page = await answer.text();
      expect(page).not.toMatch(/<style|\sstyle=|\son\w+=|https?:\/\//);
      for (const [, address = ''] of page.matchAll(/(?:src|href)="((?:\/ops|static)\/[^"]+)"/g)) {
        const at = address.startsWith('/') ? address : `/ops/queues/${address}`;
        expect({ at, status: (await ask(at)).status }).toEqual({ at, status: 200 });
      }
    }
  });

  test('are not on the listener of clients, and health and metrics need no token', async () => {
    expect((await fetch(new URL('/ops', guarded.fhirUrl))).status).toBe(404);
    for (const path of ['/livez', '/readyz', '/metrics']) expect((await ask(path, {})).status).toBe(200);
  });
});

test('a client that asks for streams of events at once, and goes, leaves the places of others free', async () => {
  const { hostname, port } = new URL(open.operationsUrl);
  const socket = connect(Number(port), hostname);
  socket.write(`GET /ops/events HTTP/1.1\r\nHost: ${hostname}\r\n\r\n`.repeat(32));
  await once(socket, 'data');
  socket.destroy();
  expect((await firstSnapshot()).workers.workers).toEqual([]);
  const closing = new AbortController();
  const asked = Array.from({ length: 32 }, () =>
    fetch(`${open.operationsUrl}/ops/events`, { signal: closing.signal }),
  );
  const statuses = (await Promise.all(asked)).map(({ status }) => status);
  closing.abort();
  expect(statuses).toEqual(Array<number>(32).fill(200));
});

describe('a page of another site in the browser of an operator', () => {
  const json = { 'Content-Type': 'application/json' };
  test.each([
    ['says that it is of another site', { 'Sec-Fetch-Site': 'cross-site', 'X-Millrace-Operator': 'console' }],
    ['says that it is of a neighbour', { 'Sec-Fetch-Site': 'same-site', 'X-Millrace-Operator': 'console' }],
    ['has another origin', { Origin: 'http://evil.example', 'X-Millrace-Operator': 'console' }],
    ['has no origin', { Origin: 'null', 'X-Millrace-Operator': 'console' }],
    ['does not send the header of our page', { 'Sec-Fetch-Site': 'same-origin' }],
  ])('cannot change anything: it %s', async (_, headers) => {
    const { id } = await accepted(await kickOff(guarded.fhirUrl));
    const init = { method: 'POST', body: '{}' };
    const answer = await ask(`/admin/exports/${id}/cancel`, { ...withToken, ...json, ...headers }, init);
    expect(answer.status).toBe(403);
    expect((await platform.jobs.read(id))?.state).toBe('accepted');
    if (!('Sec-Fetch-Site' in headers && headers['Sec-Fetch-Site'] === 'same-origin'))
      expect((await put('export/pause', headers)).status).toBe(403);
  });

  test('is told apart from our own page, which can', async () => {
    const { id } = await accepted(await kickOff(guarded.fhirUrl));
    const own = { Origin: guarded.operationsUrl, 'X-Millrace-Operator': 'console' };
    const init = { method: 'POST', body: '{}' };
    const answer = await ask(`/admin/exports/${id}/cancel`, { ...withToken, ...json, ...own }, init);
    expect(answer.status).toBe(202);
  });
});

describe('the page of operations', () => {
  test('is told what there is, in the words of /admin, each list with how many it leaves out', async () => {
    const { id: runs } = await accepted(await kickOff(open.fhirUrl));
    const { jobs } = platform;
    await jobs.registerWorker({ id: 'w1', slots: 4, forMs: 60_000 });
    await jobs.dispatch(100);
    const by = { nonce: 'n', worker: 'w1', leaseMs: 60_000, maxAttempts: 3 };
    await jobs.claim({ exportId: runs, step: 'plan' }, by);
    const { id: fails } = await accepted(await kickOff(open.fhirUrl));
    const failure = { status: 422, code: 'too-costly', diagnostics: 'the export is too large' };
    await jobs.decide(fails, { outcome: 'failed', nonce: 'n', failure });
    const endedAt = Date.now();
    await jobs.settle(fails, { outcome: 'failed', endedAt, expiresAt: endedAt + 86_400_000, failure });
    const { id: completes } = await accepted(await kickOff(open.fhirUrl));
    await completeExport(platform, completes, ['{}\n']);

    const shown = await until(async () => {
      const snapshot = await firstSnapshot();
      const isTold = snapshot.ended.exports.some(({ id }) => id === completes);
      return isTold && snapshot.audit.entry.length > 0 ? snapshot : undefined;
    });
    const { live, failed, ended, workers, leases } = shown;
    expect(live.exports.find(({ id }) => id === runs)).toMatchObject({
      state: 'in-progress',
      leases: [{ worker: 'w1', step: 'plan' }],
    });
    expect(live).toMatchObject({ total: live.exports.length, lookedAt: live.exports.length, more: 0 });
    expect(live.states['in-progress']).toBe(1);
    expect(failed).toMatchObject({ more: 0, exports: [{ id: fails, failure }] });
    expect(ended.exports.map(({ id }) => id)).toEqual(expect.arrayContaining([fails, completes]));
    expect(workers).toMatchObject({ more: 0, workers: [{ id: 'w1', slots: 4, leases: 1 }] });
    expect(leases).toMatchObject({ more: 0, leases: [{ exportId: runs, step: 'plan', worker: 'w1' }] });
  });

  test('lists a bounded number of exports, and says how many there are beside them', async () => {
    const { live: before } = await firstSnapshot();
    for (let n = 0; n < 101; n += 1) {
      const id = n.toString(16).padStart(32, '0');
      await platform.jobs.create({ id, tenant: 'default', client: 'many' });
      await platform.jobs.activate(id);
    }
    const { live } = await until(async () => {
      const snapshot = await firstSnapshot();
      return snapshot.live.total === before.total + 101 ? snapshot : undefined;
    });
    expect(live.exports).toHaveLength(100);
    expect(live.more).toBe(before.total + 1);
  });

  test('is open a bounded number of times; one that is closed makes room', async () => {
    const openAll = async (): Promise<number> => {
      const closing = new AbortController();
      const at = `${open.operationsUrl}/ops/events`;
      const opened = await Promise.all(
        Array.from({ length: 33 }, () => fetch(at, { signal: closing.signal })),
      );
      closing.abort();
      expect(opened.map(({ status }) => status)).toContain(503);
      return opened.filter(({ status }) => status === 200).length;
    };
    // The server hears a moment later that earlier pages were closed.
    await until(async () => (await openAll()) === 32);
    await until(async () => (await openAll()) === 32);
  });
});

describe('the queue board', () => {
  test('shows both queues, and of their messages ids and no value, whatever they carry', async () => {
    const secret = 'Peter-James-Chalmers-1974';
    const queue = exportQueue();
    const exportId = 'f'.repeat(32);
    const carried = { exportId, step: 'plan', patient: secret, token: secret };
    const job = await queue.add(`read ${secret}`, carried, { jobId: `${exportId}.plan.0` });
    await job.log(secret);
    await job.updateProgress({ secret });
    await job.changePriority({ priority: 1 });
    const maintenance = createMaintenanceQueue({
      connection: redis,
      prefix: platform.prefix,
      onError: () => undefined,
    }).bull();
    await maintenance.upsertJobScheduler('probe', { every: 3_600_000 }, { name: 'probe', data: { secret } });
    const texts = await Promise.all(
      [
        'queues?activeQueue=export&status=prioritized&page=1&jobsPerPage=10',
        'queues?activeQueue=maintenance&status=waiting',
        `queues/export/${job.id}`,
        `queues/export/${job.id}/logs`,
        `queues/export/${job.id}/flow`,
        'job-schedulers',
        'queues/export/default-job-options',
      ].map(async (path) => (await ask(`/ops/queues/api/${path}`)).text()),
    );
    expect(texts[0]).toContain(`"data":{"exportId":"${exportId}","step":"plan"}`);
    expect(texts[0]).toContain('"name":"maintenance"');
    expect(texts[1]).toContain('"name":"probe"');
    expect(texts.join('\n')).not.toContain('Chalmers');
    await Promise.all([queue.close(), maintenance.close()]);
  });

  test('reads at most a hundred messages of a state, whatever an address asks for', async () => {
    const queue = exportQueue();
    await queue.addBulk(
      Array.from({ length: 130 }, (_, at) => ({ name: 'step', data: {}, opts: { jobId: `many-${at}` } })),
    );
    const path = 'queues?activeQueue=export&status=waiting&jobsPerPage=100000';
    const { queues } = (await (await ask(`/ops/queues/api/${path}`)).json()) as {
      queues: readonly { name: string; jobs: readonly unknown[] }[];
    };
    expect(queues.find(({ name }) => name === 'export')?.jobs).toHaveLength(100);
    await queue.drain();
    await queue.close();
  });

  test.each(['queues?activeQueue=%25zz', 'job-schedulers?queueName=%25'])(
    'answers a name of a queue that cannot be decoded with 400: %s',
    async (path) => {
      const answer = await ask(`/ops/queues/api/${path}`);
      expect([answer.status, await answer.text()]).toEqual([
        400,
        expect.stringContaining('must have % before two'),
      ]);
    },
  );

  test('changes nothing, unless a setting allows it', async () => {
    const at = `${open.operationsUrl}/ops/queues/api/queues`;
    for (const change of [
      'pause',
      'resume',
      'empty',
      'obliterate',
      'promote',
      'retry/failed',
      'clean/failed',
    ])
      expect((await fetch(`${at}/export/${change}`, { method: 'PUT' })).status).toBe(405);
    // It pauses those queues that may be paused: none.
    await fetch(`${at}/pause`, { method: 'PUT' });
    const queue = exportQueue();
    expect(await queue.isPaused()).toBe(false);
    await queue.close();
  });

  test('pauses a queue where that is allowed, which is audited; it never removes or writes messages', async () => {
    const queue = exportQueue();
    const before = await queue.count();
    expect((await put('export/pause', {})).status).toBe(200);
    expect(await queue.isPaused()).toBe(true);
    for (const path of ['export/empty', 'export/obliterate', 'export/clean/waiting', 'export/concurrency'])
      expect((await put(path, {})).status).toBe(405);
    const add = { method: 'POST', body: '{}' };
    const added = await ask('/ops/queues/api/queues/export/add', { ...withToken }, add);
    expect(added.status).toBe(404);
    expect(await queue.count()).toBe(before);
    expect((await put('export/resume', {})).status).toBe(200);
    expect(await queue.isPaused()).toBe(false);
    await queue.close();
    await until(async () => {
      const events = await (await ask('/admin/AuditEvent?_count=1000')).text();
      return events.includes('"display":"change-queue"') && events.includes('export/pause');
    });
  });
});
