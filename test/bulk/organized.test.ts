import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startTestStack } from '../e2e/test-stack.js';
import { SYNTHEA, describeWithSynthea } from '../synthea.js';
import { until } from '../until.js';
import { SINCE, startBulkServer } from './bulk-server.js';
import type { BulkServer } from './bulk-server.js';
import { accepted, ended, get, manifestOf, post, resourcesIn, text, textOf } from './bulk-requests.js';
import type { Manifest } from './bulk-requests.js';
import { patientsOf } from './compartment-oracle.js';
import type { CopiedResource } from './grouped-data.js';

/** The lines of each patient, of all files in their order; a block that goes on is put together. */
async function blocksOf({ output }: Manifest): Promise<Readonly<Record<string, readonly string[]>>> {
  const blocks: Record<string, string[]> = {};
  for (const { url, count } of output) {
    const lines = (await textOf(url)).split('\n').slice(0, -1);
    expect(lines).toHaveLength(count);
    let current: string[] | undefined;
    for (const line of lines) {
      if (typeOf(line) === 'Parameters') {
        const { parameter } = JSON.parse(line) as {
          readonly parameter?: readonly { name: string; valueReference: { reference: string } }[];
        };
        expect(parameter).toMatchObject([{ name: 'header' }]);
        current = blocks[parameter?.[0]?.valueReference.reference ?? ''] ??= [];
      } else if (current === undefined) throw new Error(`${url} begins without a header`);
      else current.push(line);
    }
  }
  return blocks;
}

const idsIn = (blocks: Readonly<Record<string, readonly string[]>>) =>
  Object.fromEntries(
    Object.entries(blocks).map(([of, lines]) => [
      of,
      lines.map((line) => (JSON.parse(line) as { id: string }).id),
    ]),
  );

describe('an export that is organized by patients', () => {
  let server: BulkServer;
  beforeAll(async () => {
    server = await startBulkServer();
  });
  afterAll(async () => {
    await server?.[Symbol.asyncDispose]();
  });

  const manifestAt = async (target: string) => manifestOf(await accepted(await get(server.fhirUrl, target)));

  test.each(['$export', 'Patient/$export'])(
    'of %s has a block of each patient, with the patient first and nothing of nobody',
    async (target) => {
      const manifest = await manifestAt(`${target}?organizeOutputBy=Patient`);
      expect(manifest).toMatchObject({ outputOrganizedBy: 'Patient' });
      for (const item of manifest.output) expect(item).not.toHaveProperty('type');
      expect(idsIn(await blocksOf(manifest))).toEqual({
        'Patient/a': ['a', 'a1', 'a2'],
        'Patient/b': ['b', 'b1'],
        'Patient/c': ['c', 'c1'],
      });
    },
  );

  test('of a group has blocks of its members, and what they joined by where it is asked for', async () => {
    const manifest = await manifestAt(
      'Group/g/$export?organizeOutputBy=Patient&_type=Patient,Observation,Group',
    );
    expect(idsIn(await blocksOf(manifest))).toEqual({
      'Patient/a': ['a', 'a1', 'a2', 'g'],
      'Patient/c': ['c', 'c1', 'g'],
    });
  });

  test('keeps to all filters, and tells of deletions apart', async () => {
    const search = encodeURIComponent('Observation?code=y,z');
    const target = `$export?organizeOutputBy=Patient&_type=Observation&_typeFilter=${search}&_elements=status`;
    const blocks = await blocksOf(await manifestAt(target));
    expect(idsIn(blocks)).toEqual({ 'Patient/a': ['a2'], 'Patient/c': ['c1'] });
    expect(JSON.parse(blocks['Patient/a']?.[0] ?? '')).not.toHaveProperty('subject');

    const since = await manifestAt(`$export?organizeOutputBy=Patient&_since=${SINCE}`);
    expect(idsIn(await blocksOf(since))).toEqual({
      'Patient/a': ['a2'],
      'Patient/b': ['b'],
      'Patient/c': ['c'],
    });
    const [deleted] = since.deleted ?? [];
    // Device is in no compartment.
    expect(await resourcesIn(deleted?.url ?? '')).toHaveLength(1);
  });

  test('of nothing has no files', async () => {
    expect((await manifestAt('Group/empty/$export?organizeOutputBy=Patient')).output).toEqual([]);
  });

  test('of version 4 has the same blocks', async () => {
    const asked = post(server.fhirUrl, '$export-v4', [text('organizeOutputBy', 'Patient')]);
    const manifest = await manifestOf(await accepted(await asked));
    expect(manifest).toMatchObject({ outputOrganizedBy: 'Patient' });
    expect(Object.keys(await blocksOf(manifest)).sort()).toEqual(['Patient/a', 'Patient/b', 'Patient/c']);
  });

  test('leaves nothing in the store but its files', async () => {
    const before = new Set(await server.storedFiles());
    const { output } = await manifestAt('$export?organizeOutputBy=Patient');
    const left = await until(async () => {
      const added = (await server.storedFiles()).filter((name) => !before.has(name) && /\.\w+$/.test(name));
      return added.length === output.length ? added : undefined;
    }, 'the buckets to be removed');
    expect(left.every((name) => name.endsWith('.ndjson'))).toBe(true);
  });
});

const PATIENTS = 20;
const EACH = 40;

test('an export whose worker is killed when buckets are filled completes, with each line in its block once', async () => {
  const data = await mkdtemp(join(tmpdir(), 'millrace-organized-'));
  try {
    const expected: Record<string, string[]> = {};
    const lines: string[] = [];
    for (let n = 0; n < PATIENTS * EACH; n += 1) {
      const subject = { reference: `Patient/p${n % PATIENTS}` };
      const line = JSON.stringify({
        resourceType: 'Observation',
        id: `o${n}`,
        subject,
        note: [{ text: 'x'.repeat(200) }],
      });
      lines.push(line);
      (expected[subject.reference] ??= []).push(line);
    }
    await writeFile(join(data, 'Observation.ndjson'), lines.map((line) => `${line}\n`).join(''));
    const environment = { SHARD_BYTES: '20000', PART_BYTES: '5000', LEASE: '1s', LEASE_MARGIN: '200ms' };
    await using stack = await startTestStack({ data, workers: 0, environment });
    let killed: Promise<unknown> | undefined;
    const worker = await stack.startWorker({}, (line) => {
      const { msg, step } = JSON.parse(line) as { msg?: string; step?: string };
      if (msg !== 'shard committed' || step === undefined) return;
      // The first of the second stage: the numbers of its shards follow those of the first.
      if (Number(step.slice('shard-'.length)) >= lines.join('\n').length / 20_000)
        killed ??= worker.end('SIGKILL');
    });
    const statusUrl = await accepted(await get(stack.api.fhirUrl, '$export?organizeOutputBy=Patient'));
    await until(async () => killed, 'a shard of the second stage');
    await killed;
    await stack.startWorker();

    expect((await ended(statusUrl)).status).toBe(200);
    const manifest = await manifestOf(statusUrl);
    const blocks = await blocksOf(manifest);
    expect(new Set(Object.keys(blocks))).toEqual(new Set(Object.keys(expected)));
    for (const [of, own] of Object.entries(blocks)) expect(own.toSorted()).toEqual(expected[of]?.toSorted());
    const continued = manifest.output.filter((item) => 'continuesInFile' in item);
    expect(continued.length).toBeGreaterThan(PATIENTS);
    const urls = new Set(manifest.output.map(({ url }) => url));
    for (const item of continued as { continuesInFile?: string }[])
      expect(urls.has(item.continuesInFile ?? '')).toBe(true);
  } finally {
    await rm(data, { recursive: true, force: true });
  }
}, 120_000);

describeWithSynthea('Synthea data', () => {
  test('is organized as the definition of the compartment says, byte for byte', async () => {
    const environment = { SHARD_BYTES: '4000000' };
    await using stack = await startTestStack({ data: SYNTHEA, workers: 1, environment });
    const statusUrl = await accepted(await get(stack.api.fhirUrl, '$export?organizeOutputBy=Patient'));
    const blocks = await blocksOf(await manifestOf(statusUrl));
    const expected = new Map<string, string[]>();
    for (const type of ORACLE_TYPES) {
      const stored = await readFile(join(SYNTHEA, `${type}.ndjson`), 'utf8');
      for (const line of stored.split('\n').filter((one) => one !== '')) {
        const resource = JSON.parse(line) as CopiedResource['resource'];
        for (const id of patientsOf({ type, line, resource })) {
          const of = `Patient/${id}`;
          const own = expected.get(of) ?? [];
          own.push(line);
          expected.set(of, own);
        }
      }
    }
    expect(new Set(Object.keys(blocks))).toEqual(new Set(expected.keys()));
    for (const [of, own] of Object.entries(blocks)) {
      expect(typeOf(own[0] ?? '')).toBe('Patient');
      expect(own.toSorted()).toEqual(expected.get(of)?.toSorted());
    }
  }, 120_000);
});

/** All types of the data that are in compartments. */
const ORACLE_TYPES = [
  'Patient',
  'AllergyIntolerance',
  'CarePlan',
  'CareTeam',
  'Condition',
  'DiagnosticReport',
  'Encounter',
  'ImagingStudy',
  'Immunization',
  'MedicationRequest',
  'Observation',
  'Procedure',
];

function typeOf(line: string): string {
  return /"resourceType":"(\w+)"/.exec(line)?.[1] ?? '';
}
