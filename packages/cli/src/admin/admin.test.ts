import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { runProgram } from '../program.js';

const GOLDEN = new URL('golden/', import.meta.url);
const AT = Date.parse('2026-11-20T12:00:00Z');
const ID = '0123456789abcdef0123456789abcdef';

const lease = {
  exportId: ID,
  step: 'shard-3',
  round: 0,
  worker: 'w1-ab',
  token: '17',
  leaseEnds: AT + 9_000,
};
const running = {
  id: ID,
  tenant: 'default',
  client: 'anonymous',
  state: 'in-progress',
  acceptedAt: AT,
  startedAt: AT + 5,
  progressAt: AT + 60_000,
  shardsTotal: 16,
  shardsDone: 3,
  bytesTotal: 2_000,
  bytesRead: 500,
  rowsWritten: 1_234,
  bytesWritten: 99,
  skippedLines: 0,
};
const failed = {
  ...running,
  state: 'failed',
  outcome: 'failed',
  endedAt: AT + 70_000,
  expiresAt: AT + 86_400_000,
  failure: { status: 500, code: 'timeout', diagnostics: 'the export made no progress' },
};
const reaper = {
  name: 'output_ttl_reaper',
  description: 'deletes what is over',
  periodSecs: 300,
  current: { state: 'idle' },
  last: {
    iteration: 12,
    startedAt: AT,
    elapsedMs: 1_250,
    reason: 'timeout',
    details: { limit: 100, cutoff: AT, deleted: 3, errors: ['e1: the store is away'] },
  },
};
const busy = {
  name: 'orphan_sweeper',
  description: 'removes orphans',
  periodSecs: 3_600,
  current: { state: 'running', since: AT, reason: 'signal' },
};
const event = {
  resourceType: 'AuditEvent',
  id: 'a1',
  recorded: '2026-11-20T12:00:00.000Z',
  outcomeDesc: 'HTTP 202',
  subtype: [{ display: 'cancel' }],
  agent: [{ who: { identifier: { value: 'default/operator' } } }],
  entity: [{ what: { identifier: { value: ID } } }],
};
const NEXT = `/admin/AuditEvent?_cursor=0000000000000001-0000000000000002`;

const ANSWERS: Readonly<Record<string, unknown>> = {
  '/admin/background-tasks': { tasks: [busy, reaper] },
  '/admin/background-tasks/output_ttl_reaper': reaper,
  '/admin/background-tasks/orphan_sweeper': busy,
  '/admin/exports': { exports: [{ ...running, leases: [lease] }, failed], next: '7:abc' },
  [`/admin/exports/${ID}`]: { ...failed, leases: [lease] },
  '/admin/workers': { workers: [{ id: 'w1-ab', slots: 2, knownUntil: AT, leases: 1 }] },
  '/admin/leases': { at: AT, leases: [lease], more: 4 },
  '/admin/AuditEvent': {
    resourceType: 'Bundle',
    link: [{ relation: 'next', url: NEXT }],
    entry: [{ resource: event }],
  },
};

let server: Server;
let url: string;
let asked: string[];
let answers = ANSWERS;
let locked = false;
beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url} ${request.headers.authorization ?? ''}`.trim());
    const answer = answers[new URL(request.url ?? '', 'http://x').pathname];
    response.writeHead(locked ? 401 : request.method === 'GET' && answer === undefined ? 404 : 200);
    response.end(
      JSON.stringify(locked ? { error: 'no token' } : (answer ?? { error: 'there is nothing here' })),
    );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await once(server.close(), 'close');
});

async function admin(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  asked = [];
  const [out, err] = [new PassThrough(), new PassThrough()];
  const { signal } = new AbortController();
  const code = await runProgram(['admin', '--operations', url, ...args], {
    out,
    err,
    env: {},
    now: () => AT + 100_000,
    signal,
  });
  out.end();
  err.end();
  return { code, out: await text(out), err: await text(err) };
}

describe('commands that show change nothing', () => {
  test.each([
    ['tasks-list', ['tasks', 'list']],
    ['tasks-show', ['tasks', 'show', 'output_ttl_reaper']],
    ['tasks-show-running', ['tasks', 'show', 'orphan_sweeper']],
    ['exports-show', ['exports', 'show', ID]],
    ['workers', ['workers']],
    ['leases', ['leases']],
    ['audit-list', ['audit', 'list', '--since', '2026-01-01T00:00:00Z']],
  ])('%s', async (name, args) => {
    const shown = await admin(...args);
    expect([shown.code, shown.err]).toEqual([0, '']);
    const file = new URL(`${name}.txt`, GOLDEN);
    if (process.env['UPDATE_GOLDEN'] === 'true') writeFileSync(file, shown.out);
    expect(shown.out).toBe(readFileSync(file, 'utf8'));
  });

  test('exports list has a line for each export, and says how to go on', async () => {
    const { out } = await admin('exports', 'list', '--state', 'over', '--count', '5');
    expect(asked).toEqual(['GET /admin/exports?_count=5&state=over']);
    const lines = out.trimEnd().split('\n');
    expect(lines).toHaveLength(4);
    expect(lines[1]).toMatch(new RegExp(`^${ID} +default +in-progress +.* +3/16 +25% +1234 +.* ago +w1-ab$`));
    expect(lines[3]).toBe('more: --cursor 7:abc');
  });

  test('exports list --failed has a line for each export with the reason of its failure', async () => {
    const other = {
      ...failed,
      id: ID.replace('0', 'f'),
      failure: { ...failed.failure, diagnostics: 'a\nb\u001b[1m' },
    };
    answers = { '/admin/exports': { exports: [failed, other], next: '2' } };
    const { out } = await admin('exports', 'list', '--failed', '--count', '2');
    answers = ANSWERS;
    expect(asked).toEqual(['GET /admin/exports?_count=2&state=failed']);
    expect(out.trimEnd().split('\n')).toEqual([
      expect.stringMatching(/^EXPORT +TENANT +ENDED +SHARDS +ROWS +REASON$/),
      expect.stringMatching(
        `^${ID} +default +30s ago +3/16 +1234 +500 timeout: the export made no progress$`,
      ),
      expect.stringMatching(/^f.* 500 timeout: a\\u000ab\\u001b\[1m$/),
      'more: --cursor 2',
    ]);
  });

  test.each([
    [
      ['exports', 'list'],
      { exports: [] },
      'no export runs or waits; --state over lists those that have ended',
    ],
    [['exports', 'list', '--state', 'over'], { exports: [] }, 'no export that has ended is kept'],
    [['exports', 'list', '--failed'], { exports: [] }, 'no export that is kept has failed'],
    [['workers'], { workers: [] }, 'no worker is registered'],
    [['leases'], { at: AT, leases: [], more: 0 }, 'no worker holds a step'],
  ])('%j says so where there is nothing to list', async (args, answer, said) => {
    answers = Object.fromEntries(Object.keys(ANSWERS).map((path) => [path, answer]));
    const { code, out } = await admin(...args);
    answers = ANSWERS;
    expect([code, out]).toEqual([0, `${said}\n`]);
  });

  test('exports list --failed does not go with --state', async () => {
    const { code, err } = await admin('exports', 'list', '--failed', '--state', 'live');
    expect([code, asked]).toEqual([2, []]);
    expect(err).toContain("option '--failed' cannot be used with option '--state <state>'");
  });

  test('--json prints the answer of the server', async () => {
    const { out } = await admin('--json', 'workers');
    expect(JSON.parse(out)).toEqual(ANSWERS['/admin/workers']);
  });

  test('an answer in an unknown form is printed whole, with a warning', async () => {
    answers = { '/admin/workers': { members: 3 } };
    const { code, out, err } = await admin('workers');
    answers = ANSWERS;
    expect([code, JSON.parse(out)]).toEqual([0, { members: 3 }]);
    expect(err).toMatch(/^warning: .*does not know/);
  });
});

describe('commands that change something', () => {
  test.each([
    ['tasks', 'activate', 'output_ttl_reaper'],
    ['exports', 'cancel', ID],
    ['exports', 'delete', ID],
  ])('%s %s is refused without --write, and nothing is asked', async (...args) => {
    const { code, err } = await admin(...args);
    expect([code, asked]).toEqual([2, []]);
    expect(err).toContain('admin --write');
  });

  test.each([
    [
      ['tasks', 'activate', 'output_ttl_reaper'],
      'POST /admin/background-tasks/output_ttl_reaper/activate',
      { activated: 'output_ttl_reaper' },
      'output_ttl_reaper runs now; millrace admin tasks show output_ttl_reaper shows its counts',
    ],
    [
      ['exports', 'cancel', ID],
      `POST /admin/exports/${ID}/cancel`,
      { cancelled: ID },
      `the export ${ID} is cancelled`,
    ],
    [
      ['exports', 'delete', ID],
      `DELETE /admin/exports/${ID}`,
      { deleted: ID },
      `the export ${ID} is deleted, with its files`,
    ],
  ])('%j is done with --write, and told in words', async (args, request, answer, told) => {
    const path = request.split(' ')[1] ?? '';
    answers = { [path]: answer };
    const words = await admin('--write', ...args);
    expect([words.code, asked, words.out]).toEqual([0, [request], `${told}\n`]);
    const json = await admin('--write', '--json', ...args);
    answers = ANSWERS;
    expect(JSON.parse(json.out)).toEqual(answer);
  });
});

test.each(['2024-02-30', '2026-01-31T12:00:00', 'yesterday'])(
  'a time that cannot be is not asked for: %s',
  async (at) => {
    const { code, err } = await admin('audit', 'list', '--before', at);
    expect([code, asked]).toEqual([2, []]);
    expect(err).toContain('Expected an instant or a date');
  },
);

test('a refusal of the server is reported with its reason', async () => {
  const { code, err } = await admin('tasks', 'show', 'nothing');
  expect(code).toBe(1);
  expect(err).toContain('404: there is nothing here');
});

test('a missing token is reported with the option that gives one', async () => {
  locked = true;
  const { code, err } = await admin('workers');
  locked = false;
  expect(code).toBe(1);
  expect(err).toContain('401: no token. Give its file with --token-file FILE');
});

test('a token that no header can carry is told, and no server is blamed', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-token-'));
  const file = join(folder, 'token');
  await writeFile(file, 'geheimes-schlüsselwort\n');
  const { code, err } = await admin('--token-file', file, 'workers');
  await rm(folder, { recursive: true });
  expect([code, asked]).toEqual([1, []]);
  expect(err).toContain(`${file} must hold one token of visible ASCII characters`);
});

test('an unreachable server is reported with advice', async () => {
  const { code, err } = await admin('--operations', 'http://127.0.0.1:9', 'workers');
  expect(code).toBe(1);
  expect(err).toContain(
    'no API answers at http://127.0.0.1:9; it was given by --operations. Give --operations',
  );
});
