import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { runProgram } from './program.js';
import { collecting } from './testing/collecting.js';

let folder: string;
let out: string;
let err: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-cli-views-'));
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
    signal: new AbortController().signal,
  });
}

/** Writes a view, and gives the path of its file. */
async function view(name: string, path: string, rest: object = {}): Promise<string> {
  const file = join(folder, `${name}.json`);
  const select = [{ column: [{ name: 'a', path }] }];
  await writeFile(file, JSON.stringify({ name, resource: 'Patient', select, ...rest }));
  return file;
}

const misspelt = (file: string): string =>
  `${file}: ViewDefinition.select[0].column[0].path: "birthdate" names the element "birthdate", which Patient does not have; did you mean "birthDate"?\n`;

describe('millrace validate', () => {
  test('says all that is wrong with the views on stdout, and ends with 1', async () => {
    const one = await view('one', 'birthdate');
    const two = await view('two', 'birthdate', { where: [{ path: '@@' }] });
    const good = await view('good', 'birthDate');
    expect(await run('validate', one, good, two)).toBe(1);
    expect(out).toContain(misspelt(one));
    expect(out).toContain(misspelt(two));
    expect(out).toContain(`${two}: ViewDefinition.where[0].path: "@@" is not FHIRPath`);
    expect(out).not.toContain(good);
    expect(err).toBe('error: 2 of 3 view(s) cannot be run\n');
  });

  test('goes on behind a file that is no view', async () => {
    const one = await view('one', 'birthdate');
    const broken = await view('broken', 'id');
    await writeFile(broken, '{');
    expect(await run('validate', broken, one)).toBe(1);
    expect(out).toMatch(/^view file .*broken\.json is not JSON: .*\n.*one\.json: ViewDefinition/);
    expect(err).toBe('error: 2 of 2 view(s) cannot be run\n');
  });

  test('leniently warns of likely mistakes, and ends with 0', async () => {
    const one = await view('one', 'birthdate');
    expect(await run('validate', '--lenient', one)).toBe(0);
    expect(err).toBe(`warning: ${misspelt(one)}1 view(s) can be run\n`);
    expect(out).toBe('');
  });

  test('warns of columns that only some values fit, with any handling', async () => {
    const select = [{ column: [{ name: 'a', path: 'id', type: 'integer' }] }];
    expect(await run('validate', await view('keyed', 'id', { select }))).toBe(0);
    expect(err).toMatch(
      /^warning: .*keyed\.json: ViewDefinition\.select\[0\]\.column\[0\]\.type: is integer/,
    );
  });

  test('takes each view for the version that it is for', async () => {
    const r5 = await view('r5', 'actualPeriod.start', { resource: 'Encounter', fhirVersion: ['5.0.0'] });
    expect(await run('validate', r5)).toBe(0);
    expect(await run('validate', '--fhir-version', 'R4', r5)).toBe(1);
    expect(out).toBe(
      `${r5}: ViewDefinition.fhirVersion: the view is for FHIR 5.0.0, but the data is R4; for R5 data pass --fhir-version R5\n`,
    );
  });
});

describe('millrace run', () => {
  const input = (): readonly string[] => ['--input', folder, '--format', 'csv'];

  test('names the file and the element of every fault of every view', async () => {
    const files = [await view('one', 'birthdate'), await view('two', 'birthdate')];
    expect(await run('run', '--view', ...files, ...input(), '--out', `${folder}/`)).toBe(1);
    expect(err).toBe(`error: ${files.map(misspelt).join('')}`);
    expect(out).toBe('');
  });

  test.each([
    [['5.0.0'], [], 'but data is taken as R4; for R5 data pass --fhir-version R5'],
    ['5.0', ['--fhir-version', 'R4'], 'but the data is R4; for R5 data pass --fhir-version R5'],
    [['4.0', '4.0.1'], ['--fhir-version', 'R5'], 'but the data is R5; for R4 data pass --fhir-version R4'],
    [['3.0'], [], 'the view is for FHIR 3.0, but data is taken as R4\n'],
  ])('refuses a view for FHIR %j with %j', async (fhirVersion, options, reason) => {
    const file = await view('versioned', 'id', { fhirVersion });
    expect(await run('run', '--view', file, ...input(), ...options)).toBe(1);
    expect(err).toContain(`${file}: ViewDefinition.fhirVersion: `);
    expect(err).toContain(reason);
  });
});
