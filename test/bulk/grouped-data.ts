import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Part of the resources was changed later. */
export const SINCE = '2025-01-01T00:00:00Z';
const SINCE_MS = Date.parse(SINCE);
const DAY_MS = 86_400_000;

/** A resource of the copy, and its line. */
export interface CopiedResource {
  readonly type: string;
  readonly line: string;
  readonly resource: Resource;
}

interface Resource {
  readonly resourceType: string;
  readonly id: string;
  readonly meta?: { readonly lastUpdated?: string | undefined };
  readonly [element: string]: unknown;
}

export interface GroupedData {
  readonly resources: readonly CopiedResource[];
  /** Ids of the patients of `Group/cohort`, as the rule drew them. */
  readonly members: ReadonlySet<string>;
  /** Those of them whose period began after `SINCE`. */
  readonly joinedLater: ReadonlySet<string>;
  readonly others: ReadonlySet<string>;
}

/** Roles that patients have in the groups, by how often they are drawn in 20. */
const ROLES = [
  ...new Array<Role>(5).fill('member'),
  'within a period',
  'joined later',
  'nested',
  'nested',
  'nested, joined later',
  'behind the cycle',
  'twice',
  'inactive',
  'period over',
  'in a former group',
  'in a group that is inactive',
  ...new Array<Role>(4).fill('outside'),
] as const;

type Role =
  | 'member'
  | 'within a period'
  | 'joined later'
  | 'nested'
  | 'nested, joined later'
  | 'behind the cycle'
  | 'twice'
  | 'inactive'
  | 'period over'
  | 'in a former group'
  | 'in a group that is inactive'
  | 'outside';

const MEMBER_ROLES: ReadonlySet<Role> = new Set<Role>([
  'member',
  'within a period',
  'joined later',
  'nested',
  'nested, joined later',
  'behind the cycle',
  'twice',
]);

/**
 * Copies a folder of resources with a seeded `meta.lastUpdated` in most of them, and groups: with periods, members who are
 * inactive or no patients, nested groups, a cycle, and patients who are in none.
 */
export async function writeGroupedData(from: string, to: string): Promise<GroupedData> {
  const next = seeded(20_260_101);
  const resources: CopiedResource[] = [];
  for (const name of (await readdir(from))
    .filter((file) => file.endsWith('.ndjson') && file !== 'Group.ndjson')
    .sort()) {
    const text = await readFile(join(from, name), 'utf8');
    const copies = text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => dated(JSON.parse(line) as Resource, next));
    await writeFile(join(to, name), copies.map(({ line }) => `${line}\n`).join(''));
    for (const copy of copies) resources.push(copy);
  }
  const roles = new Map<string, Role>();
  for (const { type, resource } of resources) {
    if (type === 'Patient') roles.set(resource.id, ROLES[next(ROLES.length)] ?? 'outside');
  }
  const groups = groupsOf(roles).map((group) => dated(group, next));
  await writeFile(join(to, 'Group.ndjson'), groups.map(({ line }) => `${line}\n`).join(''));
  const idsOf = (is: (role: Role) => boolean): ReadonlySet<string> =>
    new Set([...roles].filter(([, role]) => is(role)).map(([id]) => id));
  return {
    resources: [...resources, ...groups],
    members: idsOf((role) => MEMBER_ROLES.has(role)),
    joinedLater: idsOf((role) => role.endsWith('joined later')),
    others: idsOf((role) => !MEMBER_ROLES.has(role)),
  };
}

function dated(resource: Resource, next: (below: number) => number): CopiedResource {
  const lastUpdated = new Date(SINCE_MS + (next(500) - 320) * DAY_MS + next(DAY_MS)).toISOString();
  // Some do not say when; dates of the data itself may be in the future.
  const meta = { ...resource.meta, lastUpdated: next(9) === 0 ? undefined : lastUpdated };
  const copy = { ...resource, meta };
  return { type: resource.resourceType, line: JSON.stringify(copy), resource: copy };
}

function groupsOf(roles: ReadonlyMap<string, Role>): readonly Resource[] {
  const later = { start: '2025-02-01' };
  const members = (role: Role, more: object = {}): readonly object[] =>
    [...roles]
      .filter(([, of]) => of === role)
      .map(([id]) => ({ entity: { reference: `Patient/${id}` }, ...more }));
  const group = (id: string, member: readonly object[], more: object = {}): Resource => {
    return { resourceType: 'Group', id, type: 'person', actual: true, ...more, member };
  };
  const nested = (id: string, more: object = {}): object => ({
    entity: { reference: `Group/${id}` },
    ...more,
  });
  return [
    group('cohort', [
      { entity: { reference: 'Practitioner/nobody' } },
      ...members('member'),
      ...members('within a period', { period: { start: '2020-01-01', end: '2099' } }),
      ...members('joined later', { period: later }),
      ...members('twice'),
      ...members('inactive', { inactive: true }),
      ...members('period over', { period: { start: '2019', end: '2021-06-30' } }),
      nested('nested'),
      nested('former', { inactive: true }),
      nested('asleep'),
      { entity: { reference: 'Device/pump' } },
    ]),
    group('nested', [
      ...members('nested', { inactive: false }),
      ...members('nested, joined later', { period: later }),
      ...members('twice'),
      nested('deeper'),
    ]),
    group('deeper', [...members('behind the cycle'), nested('cohort'), nested('deeper')]),
    group('former', members('in a former group')),
    group('asleep', members('in a group that is inactive'), { active: false }),
  ];
}

/** Numbers below a bound that are the same in each run. https://en.wikipedia.org/wiki/Xorshift */
function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}
