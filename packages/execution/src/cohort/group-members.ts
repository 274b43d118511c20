import { isWithin } from '@millrace/fhir';
import type { ReferenceKey } from '@millrace/fhir';

/** Who is a member of a group, by id. */
export interface GroupMembers {
  readonly patients: readonly string[];
  readonly groups: readonly string[];
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
  const members = active === false || !Array.isArray(member) ? [] : member.filter(isObject);
  const references = members
    .filter((one) => one['inactive'] !== true && (!isObject(one['period']) || isWithin(one['period'], at)))
    .map(({ entity }) => (isObject(entity) ? entity['reference'] : undefined));
  const idsOf = (type: string): readonly string[] =>
    references.flatMap((reference) => keyOf(reference, type) ?? []);
  return { patients: idsOf('Patient'), groups: idsOf('Group') };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
