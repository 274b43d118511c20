import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DATA_FOLDER } from './source-data.js';

/** Half of what says when it was changed was changed later. */
export const SINCE = '2026-03-01T01:00:00.500+01:00';
const SINCE_MS = Date.UTC(2026, 2, 1, 0, 0, 0, 500);

export interface FilteredData {
  /** `Type/id` of what was changed after `SINCE`, or does not say when it was changed. */
  readonly changed: ReadonlySet<string>;
  /** Ids of all patients, in file order. */
  readonly patients: readonly string[];
}

/**
 * Copies resource files into a folder, with a `meta.lastUpdated` by a seeded rule in most resources, and a `Group.ndjson`.
 */
export async function writeFilteredData(folder: string, types: readonly string[]): Promise<FilteredData> {
  const changed = new Set<string>();
  const patients: string[] = [];
  let seed = 7;
  const next = (below: number): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((seed / 2_147_483_648) * below);
  };

  function dated(line: string): string {
    // The resources are what the tests read, and no more of them is looked at.
    const resource = JSON.parse(line) as { resourceType: string; id: string; meta?: object };
    if (resource.resourceType === 'Patient') patients.push(resource.id);
    // One in ten is at the very moment, or a millisecond before or after it.
    const offset = next(10) === 0 ? next(3) - 1 : (next(2_000_000) - 1_000_000) * 1000;
    const { text, isLater } = instant(SINCE_MS + offset, next(4));
    const isSilent = next(7) === 0;
    if (isSilent || isLater) changed.add(`${resource.resourceType}/${resource.id}`);
    const meta = { ...resource.meta, lastUpdated: isSilent ? undefined : text };
    return `${JSON.stringify({ ...resource, meta })}\n`;
  }

  for (const type of types) {
    const text = await readFile(join(DATA_FOLDER, `${type}.ndjson`), 'utf8');
    const lines = text.split('\n').filter((line) => line !== '');
    await writeFile(join(folder, `${type}.ndjson`), lines.map(dated));
  }
  const lines = groups(patients).map((group) => `${JSON.stringify(group)}\n`);
  await writeFile(join(folder, 'Group.ndjson'), lines);
  return { changed, patients };
}

/** A moment as one of several instants that name it; the last of them is a nanosecond later. */
function instant(at: number, form: number): { readonly text: string; readonly isLater: boolean } {
  const text = (ms: number): string => new Date(ms).toISOString().slice(0, -1);
  const forms = [
    `${text(at)}Z`,
    `${text(at + 19_800_000)}+05:30`,
    `${text(at - 18_000_000)}000-05:00`,
    `${text(at)}000001Z`,
  ];
  return { text: forms[form] ?? '', isLater: at > SINCE_MS || (at === SINCE_MS && form === 3) };
}

/** Who belongs to `Group/cohort`, as indexes of patients. */
export const COHORT = [0, 3, 4, 5, 8];

function groups(ids: readonly string[]): readonly object[] {
  const patient = (index: number): string => `Patient/${ids[index]}`;
  const member = (reference: string, more: object = {}): object => ({ entity: { reference }, ...more });
  const group = (id: string, members: readonly object[]): object => {
    return { resourceType: 'Group', id, type: 'person', actual: true, member: members };
  };
  return [
    group('deeper', [member(patient(8)), member('Group/cohort')]),
    group('cohort', [
      member(patient(0)),
      member(patient(1), { inactive: true }),
      member(patient(2), { period: { start: '2020-01-01', end: '2021' } }),
      member(patient(3), { period: { start: '2020-01-01', end: '2099-12' } }),
      member('Practitioner/p1'),
      member('Group/nested'),
      member('Group/former', { inactive: true }),
    ]),
    group('nested', [
      member(patient(4), { inactive: false }),
      member(`https://ehr.example/fhir/${patient(5)}/_history/2`),
      member('Group/deeper'),
      member('Group/nested'),
    ]),
    group('former', [member(patient(6))]),
    group('others', [member(patient(7))]),
    group('nobody', []),
  ];
}
