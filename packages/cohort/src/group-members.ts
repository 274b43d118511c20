import { beginsAfter, hasUnreadableBoundary, isJsonObject, isWithin } from '@millrace/fhir';
import type { ReferenceKey } from '@millrace/fhir';

/** Ids of patients and groups. */
export interface MemberIds {
  readonly patients: readonly string[];
  readonly groups: readonly string[];
}

/** The members of a group, by id. */
export interface GroupMembers extends MemberIds {
  /** Those of them who did not join later, where that was asked. */
  readonly old: MemberIds;
  /** Patients and groups that are members although a boundary of their period cannot be read: it counts as open. */
  readonly undated: number;
}

/**
 * The patients and groups that are members of a Group at a moment: not `inactive`, and within their period. Members of
 * other types have no compartment of a patient. A Group that is not `active` is kept as a record only and has none.
 * https://hl7.org/fhir/R4/group.html
 *
 * @param at milliseconds since the epoch
 * @param joinedAfter likewise: members whose period begins after it are not `old`; undefined where it does not matter
 */
export function groupMembers(
  group: Readonly<Record<string, unknown>>,
  at: number,
  joinedAfter: number | undefined,
  keyOf: ReferenceKey,
): GroupMembers {
  const { active, member } = group;
  const members = { patients: [] as string[], groups: [] as string[] };
  const old = { patients: [] as string[], groups: [] as string[] };
  let undated = 0;
  for (const one of active === false || !Array.isArray(member) ? [] : member.filter(isJsonObject)) {
    const period = isJsonObject(one['period']) ? one['period'] : {};
    if (one['inactive'] === true || !isWithin(period, at)) continue;
    const reference = isJsonObject(one['entity']) ? one['entity']['reference'] : undefined;
    const [patient, inner] = [keyOf(reference, 'Patient'), keyOf(reference, 'Group')];
    const isOld = joinedAfter !== undefined && !beginsAfter(period, joinedAfter);
    for (const ids of isOld ? [members, old] : [members]) {
      if (patient !== undefined) ids.patients.push(patient);
      if (inner !== undefined) ids.groups.push(inner);
    }
    if ((patient ?? inner) !== undefined && hasUnreadableBoundary(period)) undated += 1;
  }
  return { ...members, old, undated };
}
