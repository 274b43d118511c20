import { resolveCohort } from '@millrace/cohort';
import type { SourceIds } from '@millrace/cohort';
import type { ExportFilter } from '@millrace/export';
import type { OwnBases } from '@millrace/fhir';
import { writeIdSet } from '@millrace/scan';

/** A filter by patients or groups, which a source has to be looked through for. */
export interface PatientsTask {
  readonly source: string;
  readonly filter: Pick<ExportFilter, 'patients' | 'groups'>;
  readonly bases: OwnBases;
  /** When members of groups are looked at, in milliseconds since the epoch. */
  readonly at: number;
}

/** The patients that a filter leaves; plain data, which threads share. */
export interface FoundPatients {
  /** As `writeIdSet` writes a set. */
  readonly ids: SharedArrayBuffer;
  readonly count: number;
  /** Members that count although it cannot be read when they are members. */
  readonly undated: number;
}

/** @throws what `resolveCohort` throws */
export async function findPatients(
  { filter, bases, at }: PatientsTask,
  ids: SourceIds,
): Promise<FoundPatients> {
  // The thread is ended when nobody waits any more.
  const cohort = await resolveCohort(filter, ids, bases, at);
  if (cohort === undefined) throw new Error('the filter names neither patients nor groups');
  return { ids: sharedIdSet(cohort.patients), count: cohort.patients.size, undated: cohort.undated };
}

/** A set of ids that threads share. */
export function sharedIdSet(patients: ReadonlySet<string>): SharedArrayBuffer {
  const bytes = writeIdSet(patients);
  const ids = new SharedArrayBuffer(bytes.length);
  new Uint8Array(ids).set(bytes);
  return ids;
}
