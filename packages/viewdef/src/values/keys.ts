import { NumberText } from '../cell.js';
import type { JsonValue } from '../cell.js';

/**
 * The key of the resource that a Reference points to: the id in `Patient/123`, `https://host/fhir/Patient/123`
 * and `Patient/123/_history/4`. Undefined for all other forms (`#contained`, `urn:uuid:…`, searches) and when
 * `target` is another resource type.
 *
 * @see https://build.fhir.org/ig/HL7/sql-on-fhir/StructureDefinition-ViewDefinition-notes.html
 */
export function referenceKey(reference: unknown, target: string | undefined): string | undefined {
  if (typeof reference !== 'string') return undefined;
  const history = reference.indexOf('/_history/');
  const end = history === -1 ? reference.length : history;
  const slash = reference.lastIndexOf('/', end - 1);
  if (slash < 1 || slash === end - 1) return undefined;
  const start = reference.lastIndexOf('/', slash - 1) + 1;
  if (target === undefined) {
    const first = reference.charCodeAt(start);
    if (first < 65 || first > 90) return undefined; // types start with a capital letter
  } else if (slash - start !== target.length || !reference.startsWith(target, start)) {
    return undefined;
  }
  if (reference.includes('?') || reference.includes('#')) return undefined;
  return reference.slice(slash + 1, end);
}

/** An own property of a JSON object; inherited ones such as `constructor` are no data. */
export function ownProperty(value: JsonValue, key: string): JsonValue | undefined {
  if (typeof value !== 'object' || value === null || value instanceof NumberText) return undefined;
  if (!Object.hasOwn(value, key)) return undefined;
  return (value as Readonly<Record<string, JsonValue>>)[key]; // own, as just tested
}
