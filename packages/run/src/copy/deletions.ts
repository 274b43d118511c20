import type { OwnBases } from '@millrace/fhir';
import type { JsonValue } from '@millrace/viewdef';
import { createDeletionReader } from '../deletions/read-deletion.js';

/** Which deletions are told. */
export interface ToldDeletions {
  readonly types: ReadonlySet<string>;
  readonly bases: OwnBases;
  /** Undefined where all are exported; else the deletions of others are left out. */
  readonly patients?: { has(id: string): boolean } | undefined;
  /** `Type/id` of resources that are in the output, because they were changed after they were deleted. */
  readonly standing?: ReadonlySet<string> | undefined;
}

/**
 * The line of a Bundle with those of its entries that delete a resource of some types, as it is if these are all. Undefined
 * if there are none. https://hl7.org/fhir/uv/bulkdata/export.html#response---complete-status
 *
 * Of another resource than a patient nobody knows whose it was: an id that a client never had does it no harm, and one that
 * it is not told leaves it with what is gone.
 */
export function deletionsOf({
  types,
  bases,
  patients,
  standing,
}: ToldDeletions): (bundle: JsonValue, line: Buffer) => Buffer | undefined {
  const read = createDeletionReader(bases);
  const isTold = (entry: unknown): boolean => {
    const deletion = read(entry);
    if (typeof deletion === 'string') return false;
    const { resourceType, id } = deletion;
    if (!types.has(resourceType) || standing?.has(`${resourceType}/${id}`) === true) return false;
    return resourceType !== 'Patient' || patients === undefined || patients.has(id);
  };
  return (bundle, line) => {
    const { entry } = bundle as { readonly entry?: unknown };
    const entries: readonly unknown[] = Array.isArray(entry) ? entry : [];
    const left = entries.filter(isTold);
    if (left.length === 0) return undefined;
    return left.length === entries.length
      ? line
      : Buffer.from(JSON.stringify({ ...(bundle as object), entry: left }));
  };
}
