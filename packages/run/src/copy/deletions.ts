import { isJsonObject } from '@millrace/fhir';
import type { JsonValue } from '@millrace/viewdef';

/** The type and the id in `Patient/1` and in `https://ehr.example/fhir/Patient/1`. */
const DELETED = /(?:^|\/)([A-Z][A-Za-z]*)\/([A-Za-z0-9\-.]{1,64})$/;

/**
 * The line of a Bundle with those of its entries that delete a resource of some types, as it is if these are all. Undefined
 * if there are none. https://hl7.org/fhir/uv/bulkdata/export.html#response---complete-status
 *
 * Of another resource than a patient nobody knows whose it was: an id that a client never had does it no harm, and one that
 * it is not told leaves it with what is gone.
 *
 * @param patients undefined where all are exported; else the deletions of others are left out
 */
export function deletionsOf(
  types: ReadonlySet<string>,
  patients?: { has(id: string): boolean },
): (bundle: JsonValue, line: Buffer) => Buffer | undefined {
  const isDeletion = (entry: unknown): boolean => {
    const request = isJsonObject(entry) ? entry['request'] : undefined;
    if (!isJsonObject(request) || request['method'] !== 'DELETE') return false;
    const [, type, id] = (typeof request['url'] === 'string' && DELETED.exec(request['url'])) || [];
    if (type === undefined || id === undefined || !types.has(type)) return false;
    return type !== 'Patient' || patients === undefined || patients.has(id);
  };
  return (bundle, line) => {
    const { entry } = bundle as { readonly entry?: unknown };
    const entries: readonly unknown[] = Array.isArray(entry) ? entry : [];
    const left = entries.filter(isDeletion);
    if (left.length === 0) return undefined;
    return left.length === entries.length
      ? line
      : Buffer.from(JSON.stringify({ ...(bundle as object), entry: left }));
  };
}
