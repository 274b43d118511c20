import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { LocalStack } from '@millrace/local-stack';
import { sampleDataDir, sampleViewsDir } from '@millrace/samples';
import { millrace } from '../cli/millrace.js';
import { startTestStack } from '../e2e/test-stack.js';
import { readmeBlocks } from './package-blocks.js';

const ROOT = resolve(import.meta.dirname, '../..');
const HERE = 'http://127.0.0.1:8080/fhir';

const run = promisify(execFile);
const blocks = readmeBlocks();
const programs = blocks.filter(({ language }) => language === 'js');

let folder: string;
let project: string;
let stack: LocalStack;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-published-'));
  project = join(folder, 'my-export');
  stack = await startTestStack({ data: sampleDataDir, workers: 1 });
  const [install] = blocks.filter(({ language }) => language === 'sh');
  await run('sh', ['-euc', (install?.text ?? '').replaceAll('/tmp', folder)], { cwd: ROOT });
  for (const { file, text } of programs)
    await writeFile(join(project, file), text.replaceAll(HERE, stack.api.fhirUrl));
}, 120_000);

afterAll(async () => {
  await stack[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

/** Runs a program of the README and gives its lines on standard output. */
async function linesOf(file: string): Promise<readonly string[]> {
  const { stdout } = await run(process.execPath, [file], { cwd: project });
  return stdout.trim().split('\n');
}

describe('the package, as others install it', () => {
  test('has no dependencies, no sources, no tests and no part of a server', async () => {
    const installed = join(project, 'node_modules/@millrace/client');
    const manifest = JSON.parse(await readFile(join(installed, 'package.json'), 'utf8')) as object;
    expect(await readdir(join(project, 'node_modules/@millrace'))).toEqual(['client']);
    expect(Object.keys(manifest)).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/ependencies$/)]),
    );
    expect(manifest).not.toHaveProperty('private');
    const files = await readdir(installed, { recursive: true });
    expect(files.filter((file) => /\.test\.|\.map$|testing|(^|\/)src(\/|$)|tsbuildinfo/.test(file))).toEqual(
      [],
    );
    expect(files).toEqual(expect.arrayContaining(['README.md', 'LICENSE', 'THIRD-PARTY-LICENSES']));
    const code = await Promise.all(
      files.filter((file) => file.endsWith('.js')).map((file) => readFile(join(installed, file), 'utf8')),
    );
    const imported = code.flatMap((text) =>
      [...text.matchAll(/from "([^".][^"]*)"/g)].map(([, name]) => name),
    );
    expect(imported.filter((name) => name?.startsWith('node:') !== true)).toEqual([]);
    const sizes = await Promise.all(files.map(async (file) => (await stat(join(installed, file))).size));
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(1_500_000);
  });

  test('has types that stand alone, and the programs of its README agree with them', async () => {
    const typed = programs.map(({ file }) => file.replace('.mjs', '.mts'));
    for (const [index, { text }] of programs.entries())
      await writeFile(join(project, typed[index] ?? ''), text);
    const options = [
      '--noEmit',
      '--strict',
      '--skipLibCheck',
      'false',
      '--module',
      'nodenext',
      '--target',
      'es2023',
    ];
    const types = ['--typeRoots', join(ROOT, 'node_modules/@types'), '--types', 'node'];
    const compiler = join(ROOT, 'node_modules/typescript/bin/tsc');
    const told = await run(process.execPath, [compiler, ...options, ...types, ...typed], {
      cwd: project,
    }).catch(({ stdout }: { stdout: string }) => ({ stdout }));
    expect(told.stdout).toBe('');
  });
});

describe('the programs of its README', () => {
  test('export a table in 30 lines', async () => {
    expect(await linesOf('first-export.mjs')).toEqual([
      expect.stringMatching(/^tables\/patients\.part1\.csv [1-9]\d*$/),
    ]);
    const table = await readFile(join(project, 'tables/patients.part1.csv'), 'utf8');
    expect(table.split('\n')[0]).toBe('id,gender,birth_date');
    const lines = programs
      .find(({ file }) => file === 'first-export.mjs')
      ?.text.trim()
      .split('\n');
    expect(lines?.length).toBeLessThanOrEqual(30);
  });

  test('store, change, find and delete definitions', async () => {
    const instant = expect.stringMatching(/^\d \d{4}-.*Z$/) as unknown;
    expect(await linesOf('definitions.mjs')).toEqual(['patients active', instant, instant, 'draft']);
  });

  test('go on with an export by its status URL, and fetch no file twice', async () => {
    const [first] = await linesOf('resume.mjs');
    const path = join(project, 'resumed/patients.part1.ndjson');
    const before = await stat(path);
    expect(await linesOf('resume.mjs')).toEqual([first]);
    expect((await stat(path)).ino).toBe(before.ino);
  });

  test('export whole resources', async () => {
    expect(await linesOf('bulk.mjs')).toEqual([expect.stringMatching(/^2 \d{4}-\d\d-\d\dT/)]);
  });

  test('read rows at once, as objects and as bytes', async () => {
    const lines = await linesOf('run.mjs');
    expect(lines).toEqual([
      ...Array.from({ length: 3 }, () =>
        expect.stringMatching(/^(male|female|other|unknown|undefined|null)$/),
      ),
      'id,gender',
      expect.stringContaining(','),
      expect.stringContaining(','),
    ]);
  });

  test('tell what was wrong', async () => {
    expect(await linesOf('errors.mjs')).toEqual([expect.stringMatching(/^404 not-found \[ .*subject/)]);
  });

  test('cancel', async () => {
    const [interruption, error, cancelled] = await linesOf('cancel.mjs');
    expect(interruption).toMatch(/^(cancelled|kept)$/);
    expect(error).toBe('AbortError');
    expect(cancelled).toMatch(/^(cancelled|kept)$/);
  });

  test('send a token, and work without Node', async () => {
    expect(await linesOf('token.mjs')).toEqual(['patients']);
    expect(await linesOf('browser.mjs')).toEqual(['patients 1']);
  });

  test('are all run', () => {
    expect(blocks.map(({ language, file }) => `${language} ${file}`.trim())).toEqual([
      'sh',
      'js first-export.mjs',
      'js definitions.mjs',
      'js resume.mjs',
      'js bulk.mjs',
      'js run.mjs',
      'js errors.mjs',
      'js cancel.mjs',
      'js token.mjs',
      'js browser.mjs',
    ]);
  });
});

describe('millrace run --server', () => {
  const view = join(sampleViewsDir, 'patient_demographics.json');
  const onServer = (...args: string[]) => millrace('run', '--server', stack.api.fhirUrl, '--view', ...args);

  test.each(['csv', 'ndjson', 'json', 'parquet'])(
    'gives the %s rows that a local run gives',
    async (format) => {
      const [here, there] = [join(folder, `here.${format}`), join(folder, `there.${format}`)];
      await millrace('run', '--view', view, '--input', sampleDataDir, '--out', here);
      expect(await onServer(view, '--out', there)).toEqual({ code: 0, out: '', err: '' });
      const [local, remote] = await Promise.all([readFile(here), readFile(there)]);
      expect(remote.equals(local)).toBe(true);
    },
  );

  test('writes to standard output, without a header and with a limit', async () => {
    const { code, out } = await onServer(view, '--format', 'csv', '--no-header', '--limit', '2');
    expect([code, out.trim().split('\n').length]).toEqual([0, 2]);
    expect(out).not.toContain('gender');
  });

  test('has one file for each of several views', async () => {
    const out = join(folder, 'views');
    await mkdir(out);
    const other = join(sampleViewsDir, 'condition_flat.json');
    expect((await onServer(view, other, '--format', 'csv', '--out', out)).code).toBe(0);
    expect((await readdir(out)).sort()).toEqual(['condition_flat.csv', 'patient_demographics.csv']);
  });

  test('passes on patients, and says what the server refuses', async () => {
    const rows = await onServer(view, '--format', 'ndjson');
    const [{ id }] = rows.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { id: string }) as [{ id: string }];
    const one = await onServer(view, '--format', 'ndjson', '--patient', id);
    expect(one.out.trim().split('\n')).toHaveLength(1);
    const none = await onServer(view, '--format', 'csv', '--patient', 'nobody', '--source', 'elsewhere');
    expect([none.code, none.out]).toEqual([1, '']);
    expect(none.err).toContain('source');
  });

  test('names the file and the element of a view that the server refuses', async () => {
    const wrong = join(folder, 'wrong.json');
    const column = [{ name: 'id', path: 'idd' }];
    await writeFile(wrong, JSON.stringify({ status: 'active', resource: 'Patient', select: [{ column }] }));
    const out = join(folder, 'wrong.csv');
    const { code, err } = await onServer(wrong, '--out', out);
    expect(code).toBe(1);
    expect(err).toContain(`${wrong}: ViewDefinition.select[0].column[0].path: `);
    await expect(stat(out)).rejects.toThrow('ENOENT');
    expect((await onServer(wrong, '--out', out, '--lenient')).code).toBe(0);
  });

  test.each([
    [['--input', sampleDataDir], '--input'],
    [['--engine', 'scan', '--threads', '2'], '--engine, --threads'],
    [
      ['--stats', '--repeated-ids', '--malformed-lines', 'skip'],
      '--malformed-lines, --stats, --repeated-ids',
    ],
    [
      ['--fhir-version', 'R4', '--base-url', 'http://a/fhir', '--resource-seconds', '1'],
      '--resource-seconds',
    ],
  ])('refuses %j, which has no meaning there', async (args, named) => {
    const { code, err } = await onServer(view, '--format', 'csv', ...args);
    expect([code, err]).toEqual([2, expect.stringContaining(named)]);
  });

  test.each([
    ['--source', 'a'],
    ['--since', '2026-01-01T00:00:00Z'],
    ['--patient', 'a'],
    ['--group', 'a'],
  ])('refuses %s without a server', async (...args) => {
    const { code, err } = await millrace(
      'run',
      '--view',
      view,
      '--input',
      sampleDataDir,
      '--format',
      'csv',
      ...args,
    );
    expect([code, err]).toEqual([2, expect.stringContaining(args[0] ?? '')]);
  });
});
