import { isJsonObject } from '@millrace/fhir';
import type { JsonValue } from '@millrace/viewdef';

/** The type in `Patient/1` and in `https://ehr.example/fhir/Patient/1`. */
const TYPE = /(?:^|\/)([A-Z][A-Za-z]*)\/[A-Za-z0-9\-.]{1,64}$/;

/**
 * The line of a Bundle with those of its entries that delete a resource of some types, as it is if these are all. Undefined
 * if there are none. https://hl7.org/fhir/uv/bulkdata/export.html#response---complete-status
 */
export function deletionsOf(
  types: ReadonlySet<string>,
): (bundle: JsonValue, line: Buffer) => Buffer | undefined {
  const isDeletion = (entry: unknown): boolean => {
    const request = isJsonObject(entry) ? entry['request'] : undefined;
    if (!isJsonObject(request) || request['method'] !== 'DELETE') return false;
    const type = typeof request['url'] === 'string' ? TYPE.exec(request['url'])?.[1] : undefined;
    return type !== undefined && types.has(type);
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
