import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { runProgram } from './program.js';
import { SUBCOMMANDS } from './subcommands.js';
import { collecting } from './testing/collecting.js';

let folder: string;
let interrupt: AbortController;
let out: string;
let err: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-cli-'));
  interrupt = new AbortController();
  out = '';
  err = '';
});

afterEach(() => rm(folder, { recursive: true }));

function run(...args: string[]): Promise<number> {
  return runProgram(args, {
    out: collecting((text) => (out += text)),
    err: collecting((text) => (err += text)),
    env: {},
    now: Date.now,
    signal: interrupt.signal,
  });
}

describe('the command line', () => {
  test('--help lists the commands on stdout and ends with 0', async () => {
    expect(await run('--help')).toBe(0);
    for (const command of [
      'up',
      'run',
      'validate',
      'export',
      'download',
      'status',
      'cancel',
      'demo',
      'admin',
    ]) {
      expect(out).toMatch(new RegExp(`^ {2}${command}`, 'm'));
    }
  });

  test('--version shows the version of the package', async () => {
    expect(await run('--version')).toBe(0);
    expect(out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  test.each(Object.entries(SUBCOMMANDS))(
    '%s --help marks what is required, and its example has it',
    async (name, command) => {
      expect(await run(name, '--help')).toBe(0);
      const { example } = command;
      expect(out).toContain(`Example:\n  ${example}\n`);
      const required = [...out.matchAll(/^ +(--[a-z-]+) .*?[(]required[)]/gm)].map(
        ([, option = '']) => option,
      );
      expect(required).toEqual(
        { run: ['--view'], export: ['--server', '--out'], download: ['--out'] }[name] ?? [],
      );
      for (const option of required) expect(example).toContain(` ${option} `);
      if (/^Usage: .*<url>/m.test(out)) expect(example).toContain(' http://');
    },
  );

  test.each([
    [['run', '--input', 'i'], "required option '--view <file|dir...>' not specified"],
    [
      ['run', '--view', 'v', '--format', 'csv'],
      "required option '--input <file|dir...>' not specified, nor --server",
    ],
    [['run', '--view', 'v', '--input', 'i'], 'the format is not known: give --format, or --out'],
    [['export', '--server', 'http://x', '--view', 'v'], "required option '--out <dir>' not specified"],
    [
      ['export', '--server', 'http://x', '--out', 'o'],
      'give --view or --sql for tables, or --bulk for whole resources',
    ],
    [
      ['export', '--server', 'http://x', '--out', 'o', '--view', 'v'],
      "required option '--format <format>' not specified",
    ],
    [['download', '--out', 'o'], "missing required argument 'url'"],
  ])('%j names what is missing, and shows a call that is right', async (args, missing) => {
    expect(await run(...args)).toBe(2);
    expect(err).toContain(`error: ${missing}`);
    expect(err).toContain(`\nexample: ${SUBCOMMANDS[args[0] ?? '']?.example}\n`);
  });

  test.each([
    [['exprot'], /Did you mean export\?/],
    [['export', '--server', 'nowhere'], /Expected a URL such as/],
    [
      ['export', '--server', 'http://x', '--view', 'v', '--out', 'o', '--format', 'xml'],
      /csv, ndjson, json, parquet/,
    ],
    [['export', '--server', 'http://x', '--view', 'v', '--out', 'o'], /'--format <format>' not specified/],
    [['status'], /missing required argument 'url'/],
    [['up', '--workers', '-1'], /whole number from/],
    [['up', '--data', '/nowhere'], /\/nowhere is not a folder/],
    [
      ['run', '--view', 'v', '--input', 'i', '--format', 'csv', '--engine', 'swift'],
      /choices are auto, scan, codegen, fhirpath/,
    ],
  ])('%j is a usage fault that says what would be right', async (args, message) => {
    expect(await run(...args)).toBe(2);
    expect(err).toMatch(message);
    expect(out).toBe('');
  });

  test.each([
    ['{', /is not JSON/],
    ['[]', /expected an object of JSON or YAML/],
    [
      '{"where":[],\n"where":[]}',
      /has "where" twice in one object, the second time in line 2; only the last one/,
    ],
  ])('a view file with %j is refused by its path', async (text, message) => {
    const view = join(folder, 'v.json');
    await writeFile(view, text);
    expect(
      await run('export', '--server', 'http://x', '--view', view, '--format', 'csv', '--out', folder),
    ).toBe(2);
    expect(err).toContain(view);
    expect(err).toMatch(message);
  });

  test('two views of one name are refused, because outputs are named after them', async () => {
    await writeFile(join(folder, 'a.json'), '{"name":"p"}');
    await writeFile(join(folder, 'p.json'), '{}');
    const views = [join(folder, 'a.json'), join(folder, 'p.json')];
    expect(
      await run('export', '--server', 'http://x', '--view', ...views, '--format', 'csv', '--out', folder),
    ).toBe(2);
    expect(err).toContain('both named p');
  });
});

describe('export', () => {
  let server: Server;
  let base: string;
  let polls: number;
  /** Paths that were asked to be deleted. */
  let deleted: string[];
  let isOver: boolean;
  /** The latest kick-off. */
  let body: string;
  let refusal: object | undefined;
  let cannotCancel: boolean;
  let keys: unknown[];
  /** Kick-offs that get no answer. */
  let breaksOff: number;

  beforeEach(async () => {
    refusal = undefined;
    cannotCancel = false;
    keys = [];
    breaksOff = 0;
    polls = 0;
    deleted = [];
    body = '';
    isOver = false;
    server = createServer((request, response) => {
      if (request.method === 'DELETE') deleted.push(request.url ?? '');
      switch (`${request.method} ${request.url}`) {
        case 'POST /fhir/$sql-export':
          request.on('data', (chunk: Buffer) => (body += chunk.toString()));
          keys.push(request.headers['idempotency-key']);
          if (keys.length <= breaksOff) return request.socket.destroy();
          if (refusal !== undefined) return response.writeHead(422).end(JSON.stringify(refusal));
          return response.writeHead(202, { 'content-location': `${base}/status` }).end();
        case 'GET /fhir/status':
          polls += 1;
          isOver ||= polls === 3;
          if (isOver) return response.writeHead(303, { location: `${base}/result` }).end();
          return response.writeHead(202, { 'x-progress': `${polls * 30}%`, 'retry-after': '0' }).end();
        case 'DELETE /fhir/status':
          return response.writeHead(cannotCancel ? 500 : 202).end();
        case 'DELETE /fhir/result':
          return response.writeHead(202).end();
        case 'GET /fhir/result':
          return response.end(
            JSON.stringify({
              resourceType: 'Parameters',
              parameter: [
                { name: 'exportId', valueString: 'e' },
                { name: 'status', valueCode: 'completed' },
                {
                  name: 'notice',
                  part: [
                    { name: 'expression', valueString: 'subject[0]' },
                    { name: 'diagnostics', valueString: 'the table is empty' },
                  ],
                },
                {
                  name: 'output',
                  part: [
                    { name: 'name', valueString: 'p' },
                    { name: 'location', valueUri: `${base}/file` },
                  ],
                },
              ],
            }),
          );
        case 'GET /fhir/file':
          return response.end('id\n1\n');
        default:
          return response.writeHead(404).end();
      }
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    // Listening on TCP always gives an AddressInfo.
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/fhir`;
    await writeFile(join(folder, 'p.json'), '{"resourceType":"ViewDefinition"}');
  });

  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  const args = (): string[] => [
    'export',
    '--server',
    base,
    '--view',
    join(folder, 'p.json'),
    '--format',
    'csv',
    '--out',
    join(folder, 'out'),
  ];

  test('prints the path of each file on stdout and its progress in plain lines on stderr', async () => {
    expect(await run(...args())).toBe(0);
    const path = join(folder, 'out', 'p.part1.csv');
    expect(out).toBe(`${path}\n`);
    expect(await readFile(path, 'utf8')).toBe('id\n1\n');
    expect(err.split('\n').slice(0, 4)).toEqual([
      `accepted: ${base}/status`,
      'in progress: 30%',
      'in progress: 60%',
      'completed: downloading 1 file(s)',
    ]);
  });

  test('names the files of views that the server refuses, and the lines of those in YAML', async () => {
    await writeFile(join(folder, 'y.yaml'), 'resource: Patient\nselect:\n  - column: []\n');
    const diagnostics = 'is empty';
    const issue = [
      { code: 'invalid', diagnostics, expression: ['subject[0].subjectResource.select'] },
      { code: 'invalid', diagnostics, expression: ['subject[1].subjectResource.select[0].column'] },
      { code: 'value', diagnostics: 'too late', expression: ['_since'] },
    ];
    refusal = { resourceType: 'OperationOutcome', issue };
    expect(await run(...args(), '--view', join(folder, 'y.yaml'))).toBe(1);
    expect(err.split('\n')).toEqual([
      `error: POST ${base}/$sql-export was answered with 422:`,
      `${join(folder, 'p.json')}: ViewDefinition.select: is empty`,
      `${join(folder, 'y.yaml')}:3:5: ViewDefinition.select[0].column: is empty`,
      '_since: too late',
      '',
    ]);
  });

  test('names files that another export left among the parts, and leaves them and all others alone', async () => {
    await mkdir(join(folder, 'out'));
    for (const name of ['p.part1.csv', 'p.part2.csv', 'p.part1.json', 'q.part1.csv', 'p.csv'])
      await writeFile(join(folder, 'out', name), 'old');
    expect(await run(...args())).toBe(0);
    expect(err).toContain(
      `warning: 2 files are named like a part of these outputs but left from another export; remove them before you read the folder: ${join(folder, 'out', 'p.part1.json')}, ${join(folder, 'out', 'p.part2.csv')}\n`,
    );
    expect(await readFile(join(folder, 'out', 'p.part2.csv'), 'utf8')).toBe('old');
  });

  test('asks for what changed, for patients and for groups', async () => {
    const filters = ['--since', '2026-01-01T00:00:00Z', '--patient', 'a', '--patient', 'Patient/b'];
    expect(await run(...args(), ...filters, '--group', 'g', '--source', 's')).toBe(0);
    const { parameter } = JSON.parse(body) as { parameter: readonly { name: string }[] };
    expect(parameter.filter(({ name }) => !['subject', '_format', 'header'].includes(name))).toEqual([
      { name: 'source', valueString: 's' },
      { name: '_since', valueInstant: '2026-01-01T00:00:00Z' },
      { name: 'patient', valueReference: { reference: 'Patient/a' } },
      { name: 'patient', valueReference: { reference: 'Patient/b' } },
      { name: 'group', valueReference: { reference: 'Group/g' } },
    ]);
  });

  test('download of an export of views waits for it, and prints the path of each file', async () => {
    const download = ['download', `${base}/status`, '--out', join(folder, 'out')];
    expect(await run(...download)).toBe(2);
    expect(err).toContain('the server does not say the format of the files: give --format');
    out = '';
    polls = 0;
    expect(await run(...download, '--format', 'csv')).toBe(0);
    const path = join(folder, 'out', 'p.part1.csv');
    expect(out).toBe(`${path}\n`);
    expect(await readFile(path, 'utf8')).toBe('id\n1\n');
    expect(err).toContain(`waiting for: ${base}/status`);
    expect(deleted).toEqual([]);
  });

  test('an interrupt cancels the export on the server', async () => {
    polls = 3;
    const running = run(...args());
    const watch = setInterval(() => {
      if (err.includes('in progress')) interrupt.abort();
    }, 5);
    expect(await running).toBe(130);
    clearInterval(watch);
    expect(deleted).toEqual(['/fhir/status']);
    expect(err).toMatch(
      /\ninterrupted: the export is cancelled on the server; the same command begins another one\n$/,
    );
  });

  test('an interrupt says that the export goes on where the server cannot be told', async () => {
    polls = 3;
    cannotCancel = true;
    const running = run(...args());
    const watch = setInterval(() => {
      if (err.includes('in progress')) interrupt.abort();
    }, 5);
    expect(await running).toBe(130);
    clearInterval(watch);
    expect(err).toContain(
      'interrupted: the export could not be cancelled and may go on on the server (DELETE ',
    );
    expect(err).toContain(
      `with 500 and no OperationOutcome); millrace cancel ${base}/status tries again to cancel it\n`,
    );
  });

  test('asks again by one key where the connection breaks off, and says that two exports may run', async () => {
    breaksOff = 1;
    expect(await run(...args())).toBe(0);
    expect(keys).toHaveLength(2);
    expect(new Set(keys).size).toBe(1);
    expect(keys[0]).toMatch(/^"[0-9a-f-]{36}"$/);
    expect(err.split('\n')[0]).toMatch(
      /^trying again in 1 s: POST \S+ got no answer: .*; an export may have begun all the same, and a server that does not know Idempotency-Key begins a second one/,
    );
  });

  test('status tells progress, and then where the files are', async () => {
    expect(await run('status', `${base}/status`)).toBe(0);
    polls = 2;
    expect(await run('status', `${base}/status`)).toBe(0);
    expect(out).toBe(`in-progress 30%\ncompleted\np\t\t${base}/file\n`);
    expect(err).toBe('warning: view "p": the table is empty\n');
  });

  test('cancel says so, and fails with 1 where there is nothing to cancel', async () => {
    expect(await run('cancel', `${base}/status`)).toBe(0);
    expect(out).toBe(`cancelled ${base}/status\n`);
    expect(await run('cancel', `${base}/other`)).toBe(1);
    expect(err).toContain('404');
  });

  test('cancel deletes nothing at another URL than a status URL', async () => {
    expect(await run('cancel', `${base}/result`)).toBe(1);
    expect(err).toContain('give the status URL of an export');
    expect(deleted).toEqual([]);
  });

  test.each(['status', 'cancel'])('%s says what it takes if it is not given a URL', async (command) => {
    expect(await run(command, '0123456789abcdef0123456789abcdef')).toBe(2);
    expect(err).toMatch(/Expected the status URL of an export, such as http:\S+\/status\./);
  });
});
