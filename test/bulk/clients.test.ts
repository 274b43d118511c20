import { mkdir, mkdtemp, readFile, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { LocalStack } from '@millrace/local-stack';
import { millrace, startMillrace } from '../cli/millrace.js';
import { DATA_FOLDER } from '../e2e/source-data.js';
import { startTestStack } from '../e2e/test-stack.js';
import { compartmentOf } from './compartment-oracle.js';
import { differenceOf, NONE } from './difference-of.js';
import { exportByGuide } from './guide-client.js';
import { SINCE, writeGroupedData, type CopiedResource, type GroupedData } from './grouped-data.js';

/** Two clients, one written from the guide and the command line, against API and worker as processes. */
let root: string;
let data: GroupedData;
let stack: LocalStack;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'millrace-clients-'));
  await mkdir(join(root, 'data'));
  data = await writeGroupedData(DATA_FOLDER, join(root, 'data'));
  stack = await startTestStack({ data: join(root, 'data'), workers: 1 });
}, 120_000);
afterAll(async () => {
  await stack?.[Symbol.asyncDispose]();
  await rm(root, { recursive: true, force: true });
});

const isChanged = ({ resource: { meta } }: CopiedResource): boolean =>
  meta?.lastUpdated === undefined || Date.parse(meta.lastUpdated) > Date.parse(SINCE);
const everyone = (): ReadonlySet<string> => new Set([...data.members, ...data.others]);
const TYPES = ['Patient', 'Condition', 'Practitioner'];

test.each([
  {
    level: 'system',
    path: '$export',
    types: TYPES,
    since: undefined,
    wanted: () => linesOf((one) => TYPES.includes(one.type)),
  },
  {
    level: 'system',
    path: '$export',
    types: TYPES,
    since: SINCE,
    wanted: () => linesOf((one) => TYPES.includes(one.type) && isChanged(one)),
  },
  {
    level: 'patient',
    path: 'Patient/$export',
    types: ['Patient', 'Observation'],
    since: SINCE,
    wanted: () =>
      compartmentOf(
        data.resources.filter(({ type }) => ['Patient', 'Observation'].includes(type)),
        everyone(),
        isChanged,
      ),
  },
  {
    level: 'group/cohort',
    path: 'Group/cohort/$export',
    types: ['Patient', 'Encounter', 'Group'],
    since: undefined,
    wanted: () =>
      compartmentOf(
        data.resources.filter(
          ({ type, resource }) =>
            ['Patient', 'Encounter'].includes(type) || (type === 'Group' && resource.id === 'cohort'),
        ),
        data.members,
      ),
  },
])(
  'both clients export the same lines of $types at the level $level since $since',
  async ({ level, path, types, since, wanted }) => {
    const lines = wanted();
    expect(lines.length).toBeGreaterThan(0);
    const parameters = { _type: types.join(','), ...(since === undefined ? {} : { _since: since }) };
    const byGuide = await exportByGuide(stack.api.fhirUrl, path, parameters);
    expect(differenceOf([...byGuide.lines.values()].flat(), lines)).toEqual(NONE);
    expect(byGuide.bytes).toBe(lines.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0));

    const folder = await mkdtemp(join(root, 'out-'));
    const sinceArgs = since === undefined ? [] : ['--since', since];
    const args = ['--bulk', level, '--server', stack.api.fhirUrl, '--out', folder, '--type', types.join(',')];
    const { code, err, out } = await millrace('export', ...args, ...sinceArgs);
    expect([code, err]).toEqual([0, expect.stringContaining('for the changes after it')]);
    const written = await readFolder(folder);
    expect(differenceOf(written.lines, lines)).toEqual(NONE);
    expect(written.bytes).toBe(byGuide.bytes);
    // The server may have a word on types that the data lacks.
    const printed = out.trimEnd().split('\n');
    expect(printed.filter((name) => !name.startsWith(join(folder, 'error')))).toEqual(written.paths);
  },
  120_000,
);

test('both clients get the elements that they ask for, and those that are mandatory', async () => {
  const byGuide = await exportByGuide(stack.api.fhirUrl, 'Patient/$export', {
    _type: 'Patient,Encounter',
    _elements: 'Patient.birthDate,subject',
  });
  const folder = await mkdtemp(join(root, 'out-'));
  const elements = ['--elements', 'Patient.birthDate', '--elements', 'subject'];
  const args = ['--bulk', 'patient', '--server', stack.api.fhirUrl, '--out', folder];
  const { code } = await millrace('export', ...args, '--type', 'Patient', '--type', 'Encounter', ...elements);
  expect(code).toBe(0);
  const written = await readFolder(folder);
  expect(differenceOf([...byGuide.lines.values()].flat(), written.lines)).toEqual(NONE);
  expect(written.bytes).toBe(byGuide.bytes);
  const wanted = linesOf(({ type }) => type === 'Patient' || type === 'Encounter');
  expect(written.lines).toHaveLength(wanted.length);
  const names = new Map<string, Set<string>>();
  for (const line of written.lines) {
    const resource = JSON.parse(line) as { resourceType: string; meta: { tag: readonly { code: string }[] } };
    expect(resource.meta.tag.map(({ code: tag }) => tag)).toContain('SUBSETTED');
    const known = names.get(resource.resourceType) ?? new Set();
    for (const name of Object.keys(resource)) known.add(name);
    names.set(resource.resourceType, known);
  }
  expect([...(names.get('Patient') ?? [])].sort()).toEqual(['birthDate', 'id', 'meta', 'resourceType']);
  expect([...(names.get('Encounter') ?? [])].sort()).toEqual([
    'class',
    'id',
    'meta',
    'resourceType',
    'status',
    'subject',
  ]);
}, 120_000);

test('the command line goes on with an export whose client was killed', async () => {
  const folder = await mkdtemp(join(root, 'out-'));
  const args = ['export', '--bulk', 'system', '--server', stack.api.fhirUrl, '--out', folder];
  const first = startMillrace(...args);
  await first.says(/accepted: /);
  first.process.kill('SIGKILL');
  await first.finished;
  const { code, err } = await millrace(...args);
  expect([code, err]).toEqual([0, expect.stringMatching(/^going on with: /)]);
  expect(
    differenceOf(
      (await readFolder(folder)).lines,
      linesOf(() => true),
    ),
  ).toEqual(NONE);
}, 120_000);

function linesOf(is: (one: CopiedResource) => boolean): readonly string[] {
  return data.resources
    .filter(is)
    .map(({ line }) => line)
    .sort();
}

/** The files that a reader of the folder finds: those directly in it, but the log. */
async function readFolder(
  folder: string,
): Promise<{ lines: readonly string[]; bytes: number; paths: readonly string[] }> {
  const names = (await readdir(folder)).filter((name) => /^[A-Z]/.test(name)).sort();
  const lines: string[] = [];
  let bytes = 0;
  for (const name of names) {
    bytes += (await stat(join(folder, name))).size;
    const text = await readFile(join(folder, name), 'utf8');
    for (const line of text.split('\n')) if (line !== '') lines.push(line);
  }
  return { lines: lines.sort(), bytes, paths: names.map((name) => join(folder, name)) };
}
