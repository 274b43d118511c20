import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { startTestStack } from '../e2e/test-stack.js';
import { millrace } from './millrace.js';

jest.setTimeout(120_000);

let folder: string;
let data: string;
let view: string;
let r5View: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-doubtful-'));
  data = join(folder, 'data');
  await mkdir(data);
  view = join(folder, 'patients.json');
  r5View = join(folder, 'encounters.json');
  const column = [
    { name: 'id', path: 'id' },
    { name: 'family', path: 'name.familly' },
  ];
  await writeFile(view, JSON.stringify({ name: 'patients', resource: 'Patient', select: [{ column }] }));
  const start = [{ column: [{ name: 'start', path: 'actualPeriod.start' }] }];
  const r5 = { name: 'encounters', resource: 'Encounter', fhirVersion: ['5.0.0'], select: start };
  await writeFile(r5View, JSON.stringify(r5));
  await writeFile(join(data, 'Patient.ndjson'), '{"resourceType":"Patient","id":"a"}\n');
  const encounter = { resourceType: 'Encounter', id: 'e', actualPeriod: { start: '2026-01-02' } };
  await writeFile(join(data, 'Encounter.ndjson'), `${JSON.stringify(encounter)}\n`);
});

afterAll(() => rm(folder, { recursive: true }));

const REASON =
  '"name.familly" names the element "familly", which HumanName does not have; did you mean "family"?';

test.each(['csv', 'ndjson', 'json', 'parquet'])(
  'run refuses a view that cannot be meant as %s, and with --lenient warns and gives its rows',
  async (format) => {
    const args = ['run', '--view', view, '--input', data, '--format', format];
    const strict = await millrace(...args);
    expect(strict).toMatchObject({ code: 1, out: '' });
    expect(strict.err).toContain(`error: ${view}: ViewDefinition.select[0].column[1].path: ${REASON}`);
    const lenient = await millrace(...args, '--lenient');
    expect(lenient.code).toBe(0);
    expect(lenient.err).toContain(`warning: ${view}: ViewDefinition.select[0].column[1].path: ${REASON}`);
    if (format === 'csv') expect(lenient.out).toBe('id,family\na,\n');
  },
);

test('run reads a view for R5 only when it is told that the data is R5', async () => {
  const args = ['run', '--view', r5View, '--input', data, '--format', 'csv'];
  const untold = await millrace(...args);
  expect(untold.code).toBe(1);
  expect(untold.err).toContain('for R5 data pass --fhir-version R5');
  expect(await millrace(...args, '--fhir-version', 'R5')).toMatchObject({
    code: 0,
    out: 'start\n2026-01-02\n',
  });
});

test('export passes --lenient on, and prints the warnings of the server', async () => {
  await using stack = await startTestStack({ data, workers: 1 });
  const out = join(folder, 'out');
  const args = ['export', '--server', stack.api.fhirUrl, '--view', view, '--format', 'csv', '--out', out];
  const strict = await millrace(...args);
  expect(strict.code).toBe(1);
  expect(strict.err).toContain(REASON);
  const lenient = await millrace(...args, '--lenient');
  expect(lenient.code).toBe(0);
  const warnings = lenient.err.split('\n').filter((line) => line.startsWith('warning: '));
  expect(warnings).toEqual([`warning: view "patients", select[0].column[1].path: ${REASON}`]);
  expect(await readFile(join(out, 'patients.part1.csv'), 'utf8')).toBe('id,family\na,\n');
});
