import { randomUUID } from 'node:crypto';
import { patientLinkOf } from '@millrace/fhir';
import type { ViewRun } from '@millrace/protocol';
import { sharedIdSet } from '@millrace/run';
import type { FoundPatients, PatientFinder, RangeFilter, RunOrder } from '@millrace/run';

/** The filter of a run, as its order has it. */
export interface RunFilter extends Pick<RunOrder, 'filter' | 'isRead'> {
  /** Members of groups that count although it cannot be read when they are members. */
  readonly undated: number;
}

/**
 * Looks up which patients a filter leaves, on an engine thread, which asks the id indexes. Resources that came with the request are
 * filtered by the patients that it names, whether or not the source has these.
 *
 * @throws EngineFaultError for patients and groups that the source does not have; the reason of `signal`
 */
export async function runFilter(
  pool: PatientFinder,
  { filter, source, given, view }: ViewRun,
  signal: AbortSignal,
): Promise<RunFilter> {
  if (filter === undefined) return { undated: 0 };
  const { since, patients, groups } = filter;
  const sinceOnly = since === undefined ? {} : { since };
  if (patients === undefined && groups === undefined) return { filter: sinceOnly, undated: 0 };
  const find = (): Promise<FoundPatients> =>
    pool.findPatients({ source: source.name, filter, bases: source.baseUrls, at: Date.now() }, signal);
  const { ids, count, undated } =
    given !== undefined && groups === undefined
      ? { ids: sharedIdSet(new Set(patients)), count: 1, undated: 0 }
      : await find();
  return {
    filter: { ...sinceOnly, ...chosen(ids, count === 0 ? undefined : namedGroups(view, filter), patients) },
    // Nothing of a type that is in no compartment would pass.
    isRead: (type) => patientLinkOf(type) !== undefined,
    undated,
  };
}

/** Of the type Group there are the named groups alone, as in exports; undefined where other resources are read. */
function namedGroups(
  view: ViewRun['view'],
  { groups }: NonNullable<ViewRun['filter']>,
): SharedArrayBuffer | undefined {
  return groups === undefined || view['resource'] !== 'Group' ? undefined : sharedIdSet(new Set(groups));
}

/** Threads keep the sets that they opened last by their names, which no other run may have. */
function chosen(
  patientIds: SharedArrayBuffer,
  named: SharedArrayBuffer | undefined,
  patients: readonly string[] | undefined,
): RangeFilter {
  const key = `run/${randomUUID()}`;
  if (named === undefined) return { patients: key, patientIds };
  if (patients === undefined) return { patients: key, patientIds: named, byId: true };
  return { patients: key, patientIds, own: `${key}/groups`, ownIds: named };
}
