import { describe, expect, test } from '@jest/globals';
import { createReferenceKey } from '@millrace/fhir';
import type { FoundResource } from './find-resources.js';
import { COHORT_LIMITS, resolveGroups } from './resolve-groups.js';
import type { CohortLimits } from './resolve-groups.js';
import { uniqueGroups } from './unique-groups.js';

const OWN = ['https://ehr.example/fhir'];
const AT = Date.parse('2026-06-15T12:00:00Z');

interface Member {
  readonly entity?: unknown;
  readonly inactive?: boolean;
  readonly period?: unknown;
}

function member(reference: string, more: Omit<Member, 'entity'> = {}): Member {
  return { entity: { reference }, ...more };
}

function group(id: string, members: readonly Member[], more: object = {}): FoundResource {
  return { resourceType: 'Group', id, member: members, ...more };
}

/** The members of the group `g`, and how often all groups were read for them. */
async function resolve(
  stored: readonly FoundResource[],
  limits: Partial<CohortLimits> = {},
  asked: readonly string[] = ['g'],
): Promise<{ patients: readonly string[]; readings: number; undated: number }> {
  let readings = 0;
  const read = async function* (wanted: ReadonlySet<string>): AsyncGenerator<FoundResource> {
    readings += 1;
    for (const one of stored) if (wanted.has(one.id)) yield one;
  };
  const { patients, undated } = await resolveGroups(asked, read, { at: AT }, createReferenceKey(OWN), {
    ...COHORT_LIMITS,
    ...limits,
  });
  return { patients: [...patients].sort(), readings, undated };
}

test('groups of a source are read to the end, and two of one id are refused wherever the second is', async () => {
  const stored = [group('a', []), group('b', []), group('a', [])];
  const find = async function* (asked: ReadonlySet<string>): AsyncGenerator<FoundResource> {
    for (const one of stored) if (asked.has(one.id)) yield one;
  };
  const idsOf = async (...wanted: readonly string[]): Promise<readonly string[]> => {
    const left = new Set(wanted);
    const ids: string[] = [];
    for await (const { id } of uniqueGroups(find, left)) {
      ids.push(id);
      left.delete(id);
    }
    return ids;
  };
  expect(await idsOf('b', 'c')).toEqual(['b']);
  await expect(idsOf('a')).rejects.toThrow('more than one Group/a');
});

describe('the patients of a group', () => {
  test('are its members that are patients, however they are referred to', async () => {
    const members = [
      'Patient/a',
      'https://ehr.example/fhir/Patient/b',
      'Patient/c/_history/1',
      'https://elsewhere.example/fhir/Patient/f',
      'Patient/not an id',
      'Practitioner/d',
      '#e',
    ];
    const { patients } = await resolve([group('g', [...members.map((one) => member(one)), {}])]);
    expect(patients).toEqual(['a', 'b', 'c']);
  });

  test('are not former ones: inactive, or out of their period', async () => {
    const { patients } = await resolve([
      group('g', [
        member('Patient/active', { inactive: false }),
        member('Patient/inactive', { inactive: true }),
        member('Patient/present', { period: { start: '2020', end: '2026-06-15' } }),
        member('Patient/past', { period: { end: '2026-06-14' } }),
        member('Patient/future', { period: { start: '2026-06-16' } }),
      ]),
    ]);
    expect(patients).toEqual(['active', 'present']);
  });

  test('are those whose period cannot be read, which are counted', async () => {
    const { patients, undated } = await resolve([
      group('g', [
        member('Patient/a', { period: { end: '2024-02-30' } }),
        member('Patient/b', { period: { start: 'soon', end: '2030' } }),
        member('Group/h', { period: { start: 7 } }),
        member('Patient/c', { period: { start: '2020' } }),
        member('Patient/past', { period: { start: '2024-02-30', end: '2025' } }),
        member('Practitioner/d', { period: { end: '2024-02-30' } }),
      ]),
      group('h', []),
    ]);
    expect({ patients, undated }).toEqual({ patients: ['a', 'b', 'c'], undated: 3 });
  });

  test('are nobody when the group is kept as a record only', async () => {
    expect((await resolve([group('g', [member('Patient/a')], { active: false })])).patients).toEqual([]);
    expect((await resolve([{ resourceType: 'Group', id: 'g' }])).patients).toEqual([]);
  });

  test('are those of groups in it too, also when groups are members of each other', async () => {
    const { patients, readings } = await resolve([
      group('g', [member('Patient/a'), member('Group/h'), member('Group/left', { inactive: true })]),
      group('h', [member('Patient/b'), member('Group/i'), member('Group/h')]),
      group('i', [member('Patient/c'), member('Group/g')]),
      group('other', [member('Patient/x')]),
    ]);
    expect({ patients, readings }).toEqual({ patients: ['a', 'b', 'c'], readings: 1 });
  });

  test('are found in any order in which the groups are stored', async () => {
    const { patients, readings } = await resolve([
      group('i', [member('Patient/c')]),
      group('h', [member('Group/i')]),
      group('g', [member('Group/h')]),
    ]);
    expect({ patients, readings }).toEqual({ patients: ['c'], readings: 3 });
  });

  test('of several groups are those of any', async () => {
    const stored = [group('g', [member('Patient/a')]), group('h', [member('Patient/b')])];
    expect((await resolve(stored, {}, ['g', 'h'])).patients).toEqual(['a', 'b']);
  });
});

describe('members who joined after a moment', () => {
  const SINCE = Date.parse('2026-03-10T12:00:00Z');
  const later = { period: { start: '2026-05-01' } };
  const earlier = { period: { start: '2020' } };

  async function joined(stored: readonly FoundResource[], asked = ['g']): Promise<readonly string[]> {
    const read = async function* (wanted: ReadonlySet<string>): AsyncGenerator<FoundResource> {
      for (const one of stored) if (wanted.has(one.id)) yield one;
    };
    const times = { at: AT, joinedAfter: SINCE };
    const cohort = await resolveGroups(asked, read, times, createReferenceKey(OWN));
    return [...(cohort.joined ?? [])].sort();
  }

  test('are those whose period starts after it, to the first instant that the start can mean', async () => {
    const starts = ['2026-03-10T12:00:00.001Z', '2026-03-11', '2026-04', '2026-03-10T12:00:00Z', '2026-03'];
    const members = starts.map((start, n) => member(`Patient/p${n}`, { period: { start } }));
    expect(await joined([group('g', members)])).toEqual(['p0', 'p1', 'p2']);
  });

  test('are none of those without a start that can be read', async () => {
    const members = [
      member('Patient/a'),
      member('Patient/b', { period: { end: '2030' } }),
      member('Patient/c', { period: { start: '2026-04-31' } }),
    ];
    expect(await joined([group('g', members)])).toEqual([]);
  });

  test('are those of a group that joined later, unless they are members on another way since before', async () => {
    const stored = [
      group('g', [member('Group/new', later), member('Group/old', earlier), member('Patient/c', later)]),
      group('new', [member('Patient/a', earlier), member('Patient/b', earlier), member('Group/g')]),
      group('old', [member('Patient/b'), member('Patient/d', later)]),
    ];
    expect(await joined(stored)).toEqual(['a', 'c', 'd']);
    expect(await joined(stored, ['g', 'new'])).toEqual(['c', 'd']);
  });

  test('are nobody whose earlier membership goes on, and those whose earlier one had ended', async () => {
    const stored = [
      group('g', [
        member('Patient/a', earlier),
        member('Patient/a', later),
        member('Patient/b', { period: { start: '2020', end: '2021' } }),
        member('Patient/b', later),
      ]),
    ];
    expect(await joined(stored)).toEqual(['b']);
  });
});

describe('a group is refused', () => {
  test('when it does not exist', async () => {
    await expect(resolve([group('h', [])])).rejects.toThrow('Group/g does not exist in the source');
  });

  test('when a group in it does not exist, because its members are unknown', async () => {
    await expect(resolve([group('g', [member('Group/h')])])).rejects.toThrow(
      /Group\/h does not exist.*member/,
    );
  });

  test.each([
    ['patients', { patients: 1 }],
    ['groups', { groups: 1 }],
    ['levels of groups', { readings: 1 }],
  ])('when it has more %s than are looked at', async (what, limits) => {
    const stored = [
      group('h', [member('Patient/c')]),
      group('g', [member('Patient/a'), member('Patient/b'), member('Group/h')]),
    ];
    await expect(resolve(stored, limits)).rejects.toThrow(`more than 1 ${what}`);
  });
});
