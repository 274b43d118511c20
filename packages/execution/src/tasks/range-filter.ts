import type { ExportFilter, Plan, Subject } from '@millrace/export';
import type { RangeFilter } from '@millrace/run';

/**
 * The filter of a request for the resources of one type, as engine threads take it. One by patients or groups without its cohort
 * would let everything through. Groups that the plan has chosen pass by their ids; where the request names patients too, they
 * must not name others.
 */
export function rangeFilter(
  { since, until, patients, groups }: ExportFilter,
  { cohort, groups: chosen }: Pick<Plan, 'cohort' | 'groups'>,
  resourceType: string,
): RangeFilter {
  const byPatient = patients !== undefined || groups !== undefined;
  if (byPatient && cohort === undefined) throw new Error('the plan lacks the patients of the filter');
  const times = { ...(since === undefined ? {} : { since }), ...(until === undefined ? {} : { until }) };
  const own = resourceType === 'Group' ? chosen : undefined;
  if (own !== undefined && patients === undefined) return { ...times, patients: own.key, byId: true };
  return {
    ...times,
    ...(cohort === undefined ? {} : { patients: cohort.key }),
    ...(cohort?.joined === undefined ? {} : { joined: cohort.joined.key }),
    ...(own === undefined ? {} : { own: own.key }),
  };
}

/** The filter of the resources of one type that are copied. Provenance that the plan has chosen passes by its ids, too. */
export function copyFilter(
  filter: ExportFilter | undefined,
  plan: Pick<Plan, 'cohort' | 'provenance' | 'groups'>,
  { resourceType, associated }: Extract<Subject, { kind: 'resources' }>,
): RangeFilter | undefined {
  const { provenance } = plan;
  if (associated !== undefined && provenance === undefined)
    throw new Error('the plan lacks the Provenance of the resources that are exported');
  const { since, until } = filter ?? {};
  if (resourceType !== 'Provenance' || provenance === undefined)
    return filter === undefined ? undefined : rangeFilter(filter, plan, resourceType);
  return {
    // Provenance of an exported resource may be older than the change that the client asks for.
    ...(since === undefined || associated !== undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
    patients: provenance.key,
    byId: true,
    ...(provenance.joined === undefined ? {} : { joined: provenance.joined.key }),
  };
}
