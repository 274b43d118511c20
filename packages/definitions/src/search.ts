import * as z from 'zod';
import { definitionOf } from './definition.js';
import type { Definition } from './definition.js';
import type { StoredVersion, ViewDefinition } from './stored-version.js';

/** Values of one parameter: any of them may match. */
const anyOf = z.array(z.string()).min(1).optional();

/** https://hl7.org/fhir/search.html, for the parameters that this server has. All given ones must match. */
export const definitionQuerySchema = z.strictObject({
  _id: anyOf,
  url: anyOf,
  name: anyOf,
  version: anyOf,
  status: anyOf,
  resource: anyOf,
});
export type DefinitionQuery = z.infer<typeof definitionQuerySchema>;

/** Definitions that match, in the order of their ids. */
export function searchVersions(versions: Iterable<StoredVersion>, query: DefinitionQuery): Definition[] {
  const matching: Definition[] = [];
  for (const version of versions) {
    const definition = definitionOf(version);
    if (definition !== undefined && matches(definition.id, definition.resource, query))
      matching.push(definition);
  }
  return matching.sort((one, other) => (one.id < other.id ? -1 : 1));
}

function matches(id: string, resource: ViewDefinition, query: DefinitionQuery): boolean {
  return (
    matchesAny(query._id, (wanted) => wanted === id) &&
    matchesAny(query.url, (wanted) => wanted === resource.url) &&
    matchesAny(query.name, (wanted) => startsWith(resource.name ?? '', wanted)) &&
    matchesAny(query.version, (wanted) => wanted === resource.version) &&
    matchesAny(query.status, (wanted) => wanted === resource.status) &&
    matchesAny(query.resource, (wanted) => wanted === resource.resource)
  );
}

function matchesAny(wanted: readonly string[] | undefined, test: (value: string) => boolean): boolean {
  return wanted === undefined || wanted.some(test);
}

/** A string parameter matches the start, without regard to case and accents. */
function startsWith(text: string, start: string): boolean {
  return plain(text).startsWith(plain(start));
}

function plain(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}
