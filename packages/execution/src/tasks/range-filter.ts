import type { ExportFilter, Plan } from '@millrace/export';
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
