import { readIdSet } from '@millrace/scan';
import type { IdSet } from '@millrace/scan';
import { ArtefactError } from '../artefacts.js';
import type { RangeFilter } from './range-task.js';
import { createFilter } from './resource-filter.js';
import type { ResourceFilter } from './resource-filter.js';

/** Opens the filter of a range for the resources of a type, or finds it open. */
export type OpenFilter = (filter: RangeFilter, resourceType: string) => Promise<ResourceFilter>;

/** A set of patients may take 23 MB. */
const SETS_KEPT = 2;
/** Filters are small; one for each resource type of a few exports. */
const FILTERS_KEPT = 32;

/**
 * Keeps the filters that a thread opened last, so that the shards of an export share one set of patients, and equal
 * filters are the same object.
 *
 * @param read an object of the store; undefined when there is none
 */
export function createFilters(read: (key: string) => Promise<Uint8Array | undefined>): OpenFilter {
  const sets = new Map<string, IdSet>();
  const filters = new Map<string, ResourceFilter>();

  async function setAt(key: string): Promise<IdSet> {
    const set = sets.get(key) ?? readIdSet(await found(key));
    keep(sets, key, set, SETS_KEPT);
    return set;
  }

  async function found(key: string): Promise<Uint8Array> {
    const bytes = await read(key);
    if (bytes === undefined) throw new ArtefactError(key, 'is missing from the object store');
    return bytes;
  }

  return async ({ since, patients }, resourceType) => {
    const key = JSON.stringify([resourceType, since, patients]);
    const ids = patients === undefined ? undefined : await setAt(patients);
    const known = filters.get(key);
    // A set that was read again is another object.
    const filter =
      known !== undefined && known.patients?.ids === ids
        ? known
        : createFilter(resourceType, { since, patients: ids });
    keep(filters, key, filter, FILTERS_KEPT);
    return filter;
  };
}

/** The order of a map is that of insertion. */
function keep<Value>(kept: Map<string, Value>, key: string, value: Value, most: number): void {
  kept.delete(key);
  kept.set(key, value);
  const [oldest] = kept.keys();
  if (kept.size > most && oldest !== undefined) kept.delete(oldest);
}
