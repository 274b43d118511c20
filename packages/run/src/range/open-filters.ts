import { LRUCache } from 'lru-cache';
import type { OwnBases } from '@millrace/fhir';
import { readIdSet } from '@millrace/scan';
import type { IdSet } from '@millrace/scan';
import type { RangeFilter } from './range-task.js';
import { createFilter } from './resource-filter.js';
import type { ResourceFilter } from './resource-filter.js';

/** The object with the patients of a filter is not there. */
class PatientsMissingError extends Error {
  override readonly name = 'PatientsMissingError';
  readonly key: string;

  constructor(key: string) {
    super(`${key} is missing from the object store`);
    this.key = key;
  }
}

/** Opens the filter of a range for the resources of a type, or finds it open. */
export type OpenFilter = (
  filter: RangeFilter,
  resourceType: string,
  bases: OwnBases,
) => Promise<ResourceFilter>;

/** The largest set of patients takes 23 MB; of smaller ones a thread keeps several. */
const SET_BYTES_KEPT = 24 << 20;
/** Of single patients a thread would else keep all that it ever saw. */
const SETS_KEPT = 16;
/** Filters are small: one for each resource type of an export. */
const FILTERS_KEPT = 256;

/** Stands for the key of a set where patients are not chosen; no key is empty. */
const EVERYBODY = '';

/** A set of patients and the filters that look into it, so that neither outlives the other. */
interface KeptSet {
  readonly ids: IdSet | undefined;
  readonly filters: LRUCache<string, ResourceFilter>;
}

/**
 * Keeps the filters that a thread opened last, so that the shards of an export share one set of patients, and equal
 * filters are the same object.
 *
 * @param read an object of the store; undefined when there is none
 * @param bytesKept what the sets of patients may take together, unless one alone takes more
 */
export function createFilters(
  read: (key: string) => Promise<Uint8Array | undefined>,
  bytesKept = SET_BYTES_KEPT,
): OpenFilter {
  const sets = new LRUCache<string, KeptSet>({
    max: SETS_KEPT,
    maxSize: bytesKept,
    sizeCalculation: ({ ids }) => Math.min(1 + (ids?.bytes.length ?? 0), bytesKept),
  });

  async function setAt(key: string | undefined, shared: SharedArrayBuffer | undefined): Promise<KeptSet> {
    const name = key ?? EVERYBODY;
    const kept = sets.get(name);
    if (kept !== undefined) return kept;
    const bytes = shared === undefined ? undefined : new Uint8Array(shared);
    const ids = key === undefined ? undefined : readIdSet(bytes ?? (await found(key)));
    const set = { ids, filters: new LRUCache<string, ResourceFilter>({ max: FILTERS_KEPT }) };
    sets.set(name, set);
    return set;
  }

  async function found(key: string): Promise<Uint8Array> {
    const bytes = await read(key);
    if (bytes === undefined) throw new PatientsMissingError(key);
    return bytes;
  }

  return async (terms, resourceType, bases) => {
    const { since, until, patients, patientIds, joined: joinedKey, byId, own: ownKey, ownIds } = terms;
    const { ids, filters } = await setAt(patients, patientIds);
    const key = JSON.stringify([resourceType, since, until, joinedKey, byId, ownKey, bases]);
    const kept = filters.get(key);
    if (kept !== undefined) return kept;
    const joined = joinedKey === undefined ? undefined : (await setAt(joinedKey, undefined)).ids;
    const own = ownKey === undefined ? undefined : (await setAt(ownKey, ownIds)).ids;
    const filter = createFilter(resourceType, { since, until, patients: ids, joined, byId, own, bases });
    filters.set(key, filter);
    return filter;
  };
}
