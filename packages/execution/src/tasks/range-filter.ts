import type { ExportFilter, Plan, Subject } from '@millrace/export';
import type { RangeFilter } from '@millrace/run';

/** The filter of a request as engine threads take it. One by patients or groups without its cohort would let everything through. */
export function rangeFilter(
  { since, until, patients, groups }: ExportFilter,
  { cohort }: Pick<Plan, 'cohort'>,
): RangeFilter {
  const byPatient = patients !== undefined || groups !== undefined;
  if (byPatient && cohort === undefined) throw new Error('the plan lacks the patients of the filter');
  return {
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
    ...(cohort === undefined ? {} : { patients: cohort.key }),
    ...(cohort?.joined === undefined ? {} : { joined: cohort.joined.key }),
  };
}

/** The filter of the resources of one type. Provenance and groups that the plan has chosen pass by their ids. */
export function copyFilter(
  filter: ExportFilter | undefined,
  plan: Pick<Plan, 'cohort' | 'provenance' | 'groups'>,
  { resourceType, associated }: Extract<Subject, { kind: 'resources' }>,
): RangeFilter | undefined {
  const { provenance, groups } = plan;
  if (associated !== undefined && provenance === undefined)
    throw new Error('the plan lacks the Provenance of the resources that are exported');
  const { since, until } = filter ?? {};
  if (resourceType === 'Group' && groups !== undefined) {
    const times = { ...(since === undefined ? {} : { since }), ...(until === undefined ? {} : { until }) };
    return { ...times, patients: groups.key, byId: true };
  }
  if (resourceType !== 'Provenance' || provenance === undefined)
    return filter === undefined ? undefined : rangeFilter(filter, plan);
  return {
    // Provenance of an exported resource may be older than the change that the client asks for.
    ...(since === undefined || associated !== undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
    patients: provenance.key,
    byId: true,
    ...(provenance.joined === undefined ? {} : { joined: provenance.joined.key }),
  };
}
