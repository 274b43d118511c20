import type { ExportFilter } from '@millrace/export';
import { countedMoment, createReferenceKey, millisecondsOf } from '@millrace/fhir';
import type { OwnBases } from '@millrace/fhir';
import { FilterTargetMissingError, NotMembersError } from './errors.js';
import { latestResources } from './latest-resources.js';
import { resolveGroups } from './resolve-groups.js';
import type { Cohort } from './resolve-groups.js';
import type { SourceIds } from './source-ids.js';
import { uniqueGroups } from './unique-groups.js';

/**
 * The ids of the patients that a filter leaves: those it names, or the members of its groups, or with both those that
 * are in both, because each of the two must not let anything else through. Undefined when it has neither.
 *
 * @param ids of the source
 * @param bases of the source, behind which members are its own
 * @param at when members are looked at, in milliseconds since the epoch
 * @param has `versions` when the source may hold several versions of a group: the latest until `at` counts
 * @throws FilterTargetMissingError for patients and groups that the source does not have; NotMembersError where the filter
 * demands that patients are members; RepeatedGroupError; what `resolveGroups` throws
 */
export async function resolveCohort(
  filter: ExportFilter,
  ids: SourceIds,
  bases: OwnBases,
  at: number,
  has: 'versions' | 'one version' = 'one version',
): Promise<Cohort | undefined> {
  const { patients, groups } = filter;
  if (patients !== undefined) {
    const missing = await ids.missingPatients(patients);
    if (missing.length > 0) {
      throw new FilterTargetMissingError(
        'patient',
        missing.map((id) => `Patient/${id}`),
      );
    }
  }
  if (groups === undefined)
    return patients === undefined ? undefined : { patients: new Set(patients), undated: 0 };
  const find = (asked: ReadonlySet<string>) => ids.groups(asked);
  const members = await resolveGroups(
    groups,
    (wanted) => (has === 'versions' ? latestResources(find, wanted, at) : uniqueGroups(find, wanted)),
    { at, joinedAfter: joinedAfter(filter) },
    createReferenceKey(bases),
  );
  if (patients === undefined) return members;
  const strangers = patients.filter((id) => !members.patients.has(id));
  if (filter.mustBeMembers === true && strangers.length > 0) throw new NotMembersError(strangers, groups);
  const asked = (of: ReadonlySet<string>): ReadonlySet<string> =>
    new Set(patients.filter((id) => of.has(id)));
  const { joined } = members;
  return {
    ...members,
    patients: asked(members.patients),
    ...(joined === undefined ? {} : { joined: asked(joined) }),
  };
}

/** Where all changes are asked for, it does not matter when somebody joined. */
function joinedAfter({ since, joinedLater }: ExportFilter): number | undefined {
  const moment = since === undefined || joinedLater !== 'include' ? undefined : countedMoment(since);
  return moment === undefined ? undefined : millisecondsOf(moment);
}
