import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { startGuideServer, type GuideScript, type GuideServer } from '@millrace/client/testing';
import { runProgram } from '../program.js';
import { collecting } from '../testing/collecting.js';

let folder: string;
let out: string;
let err: string;
let interrupt: AbortController;
let server: GuideServer | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-cli-bulk-'));
  out = '';
  err = '';
  interrupt = new AbortController();
});

afterEach(async () => {
  const faults = server?.faults ?? [];
  await server?.close();
  server = undefined;
  await rm(folder, { recursive: true });
  expect(faults).toEqual([]);
});

async function serve(script: GuideScript): Promise<GuideServer> {
  server = await startGuideServer(script);
  return server;
}

function run(...args: readonly string[]): Promise<number> {
  return runProgram(
    ['export', '--server', server?.url ?? 'http://x', '--out', join(folder, 'out'), ...args],
    {
      out: collecting((text) => (out += text)),
      err: collecting((text) => (err += text)),
      env: { MILLRACE_TOKEN: 't' },
      now: Date.now,
      signal: interrupt.signal,
    },
  );
}

const PAGES: GuideScript['pages'] = [
  [
    { type: 'Patient', lines: ['{"resourceType":"Patient","id":"a"}'], gzip: true },
    {
      kind: 'error',
      type: 'OperationOutcome',
      lines: [
        '{"resourceType":"OperationOutcome","issue":[{"severity":"warning"},{"severity":"error","diagnostics":"no\\nDevice"}]}',
        '{"resourceType":"OperationOutcome","issue":[{"severity":"warning","diagnostics":"no\\nDevice"}]}',
      ],
    },
  ],
];

describe('export --bulk', () => {
  test('prints the path of each file, and warns of OperationOutcomes', async () => {
    const { requests } = await serve({
      pages: PAGES,
      polls: [{ status: 202, retryAfter: '0', progress: '50%' }],
      token: 't',
    });
    const args = ['--type', 'Patient,Observation', '--type', 'Device', '--elements', 'id', '--lenient'];
    expect(await run('--bulk', 'group/g', '--since', '2026-01-01T00:00:00Z', ...args)).toBe(0);
    const patients = join(folder, 'out', 'Patient.000.ndjson');
    const outcomes = join(folder, 'out', 'error', 'OperationOutcome.000.ndjson');
    expect(out).toBe(`${patients}\n${outcomes}\n`);
    expect(await readFile(patients, 'utf8')).toBe('{"resourceType":"Patient","id":"a"}\n');
    expect(err.split('\n')).toEqual([
      `accepted: ${server?.url}/jobs/1`,
      'in progress: 50%',
      'completed: downloading 2 file(s)',
      `warning: the server reports 2 OperationOutcome(s) (issues: 2 warning, 1 error) in ${outcomes}`,
      '  no\\u000aDevice',
      expect.stringMatching(/^2 file\(s\), 3 line\(s\), \d+ bytes in /),
      'for the changes after it, export with --since 2026-01-02T03:04:05.678Z into another folder',
      '',
    ]);
    expect(requests).toContain(
      'GET /fhir/Group/g/$export?_type=Patient%2CObservation%2CDevice&_since=2026-01-01T00%3A00%3A00Z&_elements=id',
    );
  });

  test('for patients asks by POST, and by version 4 where that is wanted', async () => {
    const { requests, bodies } = await serve({ pages: [[]], token: 't', v4: 'beside' });
    const args = ['--patient', 'a', '--patient', 'Patient/b', '--include-associated-data', '_x', '--v4'];
    expect(await run('--bulk', 'group/g', ...args)).toBe(0);
    expect(requests).toContain('POST /fhir/Group/g/$export-v4');
    expect(bodies).toEqual([
      {
        resourceType: 'Parameters',
        parameter: [
          { name: 'includeAssociatedData', valueCoding: { code: '_x' } },
          { name: 'patient', valueReference: { reference: 'Patient/a' } },
          { name: 'patient', valueReference: { reference: 'Patient/b' } },
        ],
      },
    ]);
  });

  test('sends its token to another origin only if that is named', async () => {
    const { url } = await serve({
      pages: PAGES,
      token: 't',
      requiresAccessToken: true,
      elsewhere: true,
      mayHaveToken: true,
    });
    expect(await run('--bulk', 'system')).toBe(1);
    const origin = new URL(url.replace('127.0.0.1', 'localhost')).origin;
    expect(err).toContain(
      `add ${origin} to the origins of the token if that place may have it: --token-origin ${origin}\n`,
    );
    expect(await run('--bulk', 'system', '--token-origin', origin)).toBe(0);
  });

  test('given again has nothing to do, and for another request it is refused', async () => {
    await serve({ pages: [[]], token: 't' });
    expect(await run('--bulk', 'system')).toBe(0);
    expect(await run('--bulk', 'system')).toBe(0);
    expect(err).toContain('nothing to do, the folder has this export: 0 file(s)');
    expect(await run('--bulk', 'patient')).toBe(2);
    expect(err).toContain('has the export of another request');
  });

  test('cancels the export on the server when it is interrupted', async () => {
    const { jobs } = await serve({
      pages: [[]],
      polls: Array.from({ length: 100_000 }, () => ({ status: 202, retryAfter: '0' })),
      token: 't',
    });
    const running = run('--bulk', 'patient');
    const watch = setInterval(() => {
      if (jobs.size > 0) interrupt.abort();
    }, 5);
    expect(await running).toBe(130);
    clearInterval(watch);
    expect([...jobs.values()].map(({ isDeleted }) => isDeleted)).toEqual([true]);
    expect(err).toMatch(
      /\ninterrupted: the export is cancelled on the server; the same command begins another one\n$/,
    );
  });

  test('that is interrupted before its kick-off says that nothing has begun', async () => {
    const { jobs } = await serve({ pages: [[]], token: 't' });
    interrupt.abort();
    expect(await run('--bulk', 'patient')).toBe(130);
    expect(err).toBe('interrupted: no export has begun\n');
    expect(jobs.size).toBe(0);
  });

  test('of an export that fails or is gone says so, and where a token is missing what to do', async () => {
    await serve({ pages: [[]], token: 't', failure: { status: 500, code: 'exception' } });
    expect(await run('--bulk', 'system')).toBe(1);
    expect(err).toContain('error: the export has failed on the server: GET ');
    await server?.close();
    await serve({ pages: [[]], token: 't', polls: [{ status: 404, code: 'not-found' }] });
    expect(await run('--bulk', 'system', '--out', join(folder, 'gone'))).toBe(1);
    expect(err).toContain('error: the server does not have this export any more: GET ');
    await server?.close();
    await serve({ pages: [[]], token: 'other' });
    expect(await run('--bulk', 'system', '--out', join(folder, 'closed'))).toBe(1);
    expect(err).toContain('; the server does not take the token of MILLRACE_TOKEN\n');
  });

  test.each([
    [['--bulk', 'all'], /Expected system, patient, or group\/ID/],
    [['--bulk', 'group/'], /Expected system, patient, or group\/ID/],
    [
      ['--bulk', 'system', '--since', '2026-01-01'],
      /instant such as 2026-01-31T00:00:00Z, with date, time and/,
    ],
    [['--bulk', 'system', '--type', ','], /Expected a name/],
    [['--bulk', 'system', '--patient', 'a'], /--patient chooses among patients: give it with --bulk patient/],
    [['--bulk', 'patient', '--patient', 'Group/a'], /Expected an id such as a1 or Patient\/a1/],
    [['--bulk', 'patient', '--group', 'g'], /no meaning to --group\n/],
    [['--view', 'v', '--format', 'csv', '--v4'], /no meaning to --v4\n/],
    [['--bulk', 'system', '--view', 'v.json'], /--bulk exports whole resources.*no meaning to --view\n/],
    [['--bulk', 'system', '--format', 'csv', '--no-header'], /no meaning to --format, --no-header\n/],
    [
      ['--view', 'v', '--format', 'csv', '--type', 'Patient', '--until', '2026-01-01T00:00:00Z'],
      /no meaning to --until, --type/,
    ],
    [[], /give --view or --sql for tables, or --bulk/],
  ])('%j is a usage fault that says what would be right', async (args, message) => {
    expect(await run(...args)).toBe(2);
    expect(err).toMatch(message);
    expect(out).toBe('');
  });
});

function command(...args: readonly string[]): Promise<number> {
  return runProgram(args, {
    out: collecting((text) => (out += text)),
    err: collecting((text) => (err += text)),
    env: { MILLRACE_TOKEN: 't' },
    now: Date.now,
    signal: interrupt.signal,
  });
}

/** Without a client of ours. */
async function kickOff(): Promise<string> {
  const headers = { accept: 'application/fhir+json', prefer: 'respond-async', authorization: 'Bearer t' };
  const response = await fetch(`${server?.url}/Patient/$export`, { headers });
  return response.headers.get('content-location') ?? '';
}

describe('of an export of resources', () => {
  test('status tells progress, and then where the files are', async () => {
    const polls = [
      { status: 202, progress: '10%' },
      { status: 202, progress: '50%', pages: 1 },
    ];
    await serve({ pages: [...PAGES, [{ kind: 'deleted', type: 'Bundle', lines: [] }]], polls, token: 't' });
    const url = await kickOff();
    for (let n = 0; n < 3; n += 1) expect(await command('status', url)).toBe(0);
    const files = /^Patient\t1\thttp.*\nerror\/OperationOutcome\t2\thttp.*\n/.source;
    expect(out).toMatch(
      new RegExp(
        `^in-progress 10%\nin-progress 50%\n${files.slice(1)}completed\n${files.slice(1)}deleted/Bundle\t0\thttp.*\n$`,
      ),
    );
    expect(err).toBe('');
  });

  test('status and cancel of one that failed say why', async () => {
    await serve({ pages: [[]], failure: { status: 500, code: 'exception' }, token: 't' });
    const url = await kickOff();
    for (const name of ['status', 'cancel']) {
      err = '';
      expect(await command(name, url)).toBe(1);
      expect(err).toContain('the server says exception');
    }
  });

  test('cancel ends it, and removes one that has completed only with --remove', async () => {
    const { jobs } = await serve({ pages: PAGES, polls: [{ status: 202 }], token: 't' });
    const [running, completed] = [await kickOff(), await kickOff()];
    expect(await command('cancel', running)).toBe(0);
    expect(await command('status', completed)).toBe(0);
    out = '';
    expect(await command('cancel', completed)).toBe(0);
    expect(out).toBe(
      'not cancelled: it has completed, and the server keeps its files; --remove removes them\n',
    );
    expect([...jobs.values()].map(({ isDeleted }) => isDeleted)).toEqual([true, false]);
    expect(await command('cancel', completed, '--remove')).toBe(0);
    expect(out).toContain(`removed ${completed}\n`);
    expect([...jobs.values()].map(({ isDeleted }) => isDeleted)).toEqual([true, true]);
  });
});

describe('download', () => {
  const download = (url: string, ...args: readonly string[]): Promise<number> =>
    command('download', url, '--out', join(folder, 'out'), ...args);

  test('of an export of resources waits, and prints the path of each file', async () => {
    await serve({
      pages: PAGES,
      polls: [{ status: 202, retryAfter: '0', progress: '50%' }],
      token: 't',
    });
    const url = await kickOff();
    expect(await download(url)).toBe(0);
    const patients = join(folder, 'out', 'Patient.000.ndjson');
    expect(out).toBe(`${patients}\n${join(folder, 'out', 'error', 'OperationOutcome.000.ndjson')}\n`);
    expect(err.split('\n').slice(0, 3)).toEqual([
      `waiting for: ${url}`,
      'in progress: 50%',
      'completed: downloading 2 file(s)',
    ]);
    expect(await download(url)).toBe(0);
    expect(err).toContain('nothing to do, the folder has this export: 2 file(s)');
    expect(await download(`${url}1`)).toBe(2);
    expect(err).toContain('has the export of another request');
  });

  test('that is interrupted leaves the export alone', async () => {
    const polls = Array.from({ length: 100_000 }, () => ({ status: 202, retryAfter: '0', progress: '1%' }));
    const { jobs, requests } = await serve({ pages: [[]], polls, token: 't' });
    const url = await kickOff();
    const running = download(url);
    const watch = setInterval(() => {
      if (requests.length > 3) interrupt.abort();
    }, 5);
    expect(await running).toBe(130);
    clearInterval(watch);
    expect([...jobs.values()].map(({ isDeleted }) => isDeleted)).toEqual([false]);
    expect(err).toMatch(
      /\ninterrupted: the export is left alone on the server; the same command goes on with it\n$/,
    );
  });

  test('of something that is no status URL is an error', async () => {
    await serve({ pages: [[]], token: 't' });
    expect(await download(`${server?.url}/metadata`)).toBe(1);
    expect(err).toContain('answered with no manifest; expected the status URL of an export');
  });
});
