import type { ReferenceKey } from '@millrace/fhir';
import type { FoundResource } from './find-resources.js';
import { CohortTooLargeError, FilterTargetMissingError, NestedGroupMissingError } from './errors.js';
import { groupMembers } from './group-members.js';
import type { MemberIds } from './group-members.js';

/** Limits on the groups of one export. */
export interface CohortLimits {
  readonly patients: number;
  readonly groups: number;
  /** Times that the groups of the source are read: a group may come before the one that it is a member of. */
  readonly readings: number;
}

/** With as many ids of 36 characters the set takes 23 MB, in every engine thread. */
export const COHORT_LIMITS: CohortLimits = { patients: 500_000, groups: 1_000, readings: 32 };

/** Ids of patients, and how many members it took although it cannot be read when they are members. */
export interface Cohort {
  readonly patients: ReadonlySet<string>;
  /** Those of them who joined later, where that was asked. */
  readonly joined?: ReadonlySet<string>;
  readonly undated: number;
}

/** When members are looked at, in milliseconds since the epoch. */
export interface MembershipTimes {
  /** Members are those of this moment. */
  readonly at: number;
  /** Asks for those who joined after it. */
  readonly joinedAfter?: number | undefined;
}

/**
 * The patients that are members of groups at a moment, directly or as members of groups in them. Each group is visited
 * once, so that groups may have each other as members.
 *
 * Somebody joined later who is a member of no group since before, neither directly nor through groups that are.
 *
 * @param read the groups of the source whose ids are wanted, which change while they are read
 * @param keyOf gives the ids in references to members
 * @throws FilterTargetMissingError, NestedGroupMissingError, CohortTooLargeError
 */
export async function resolveGroups(
  groups: readonly string[],
  read: (wanted: ReadonlySet<string>) => AsyncIterable<FoundResource>,
  { at, joinedAfter }: MembershipTimes,
  keyOf: ReferenceKey,
  limits: CohortLimits = COHORT_LIMITS,
): Promise<Cohort> {
  const patients = new Set<string>();
  const seen = new Set(groups);
  const wanted = new Set(groups);
  const old = new Map<string, MemberIds>();
  let undated = 0;
  for (let reading = 0; wanted.size > 0; reading += 1) {
    if (reading === limits.readings) throw new CohortTooLargeError('levels of groups', limits.readings);
    const before = seen.size - wanted.size;
    for await (const group of read(wanted)) {
      wanted.delete(group.id);
      const members = groupMembers(group, at, joinedAfter, keyOf);
      undated += members.undated;
      old.set(group.id, members.old);
      for (const id of members.patients) patients.add(id);
      for (const id of members.groups) {
        if (seen.has(id)) continue;
        seen.add(id);
        wanted.add(id);
      }
      if (patients.size > limits.patients) throw new CohortTooLargeError('patients', limits.patients);
      if (seen.size > limits.groups) throw new CohortTooLargeError('groups', limits.groups);
    }
    if (seen.size - wanted.size === before) throw missing([...wanted], groups);
  }
  if (joinedAfter === undefined) return { patients, undated };
  const before = patientsThrough(groups, old);
  return { patients, joined: new Set([...patients].filter((id) => !before.has(id))), undated };
}

/** The patients to whom memberships lead from groups. */
function patientsThrough(
  groups: readonly string[],
  memberships: ReadonlyMap<string, MemberIds>,
): ReadonlySet<string> {
  const patients = new Set<string>();
  const reached = new Set(groups);
  for (const group of reached) {
    const members = memberships.get(group);
    for (const id of members?.patients ?? []) patients.add(id);
    // A set hands on what is added to it meanwhile.
    for (const id of members?.groups ?? []) reached.add(id);
  }
  return patients;
}

function missing(ids: readonly string[], asked: readonly string[]): Error {
  const direct = ids.filter((id) => asked.includes(id));
  return direct.length > 0
    ? new FilterTargetMissingError(
        'group',
        direct.map((id) => `Group/${id}`),
      )
    : new NestedGroupMissingError(ids);
}
