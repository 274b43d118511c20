import { hasUnreadableBoundary, isJsonObject, isWithin } from '@millrace/fhir';
import type { ReferenceKey } from '@millrace/fhir';

/** The members of a group, by id. */
export interface GroupMembers {
  readonly patients: readonly string[];
  readonly groups: readonly string[];
  /** Patients and groups that are members although a boundary of their period cannot be read: it counts as open. */
  readonly undated: number;
}

/**
 * The patients and groups that are members of a Group at a moment: not `inactive`, and within their period. Members of
 * other types have no compartment of a patient. A Group that is not `active` is kept as a record only and has none.
 * https://hl7.org/fhir/R4/group.html
 *
 * @param at milliseconds since the epoch
 */
export function groupMembers(
  group: Readonly<Record<string, unknown>>,
  at: number,
  keyOf: ReferenceKey,
): GroupMembers {
  const { active, member } = group;
  const patients: string[] = [];
  const groups: string[] = [];
  let undated = 0;
  for (const one of active === false || !Array.isArray(member) ? [] : member.filter(isJsonObject)) {
    const period = isJsonObject(one['period']) ? one['period'] : {};
    if (one['inactive'] === true || !isWithin(period, at)) continue;
    const reference = isJsonObject(one['entity']) ? one['entity']['reference'] : undefined;
    const [patient, inner] = [keyOf(reference, 'Patient'), keyOf(reference, 'Group')];
    if (patient !== undefined) patients.push(patient);
    if (inner !== undefined) groups.push(inner);
    if ((patient ?? inner) !== undefined && hasUnreadableBoundary(period)) undated += 1;
  }
  return { patients, groups, undated };
}
