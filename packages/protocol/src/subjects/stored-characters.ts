import type { Resource } from '@millrace/fhir';
import type { Fault } from '../errors/fault.js';

/**
 * Characters of all stored artefacts that a request names or depends on: a subject as often as it is named, because an export
 * keeps a copy for each. Artefacts in the request itself are bounded by its body.
 */
export const MOST_STORED_CHARACTERS = 2 << 20;

const known = new WeakMap<Resource, number>();

/** Characters of a resource as JSON. Stored ones are named again and again, so that each is written once for all requests. */
export function charactersOf(resource: Resource): number {
  const characters = known.get(resource) ?? JSON.stringify(resource).length;
  known.set(resource, characters);
  return characters;
}

export function tooMuchStored(expression: string | undefined): Fault {
  return {
    status: 422,
    code: 'too-costly',
    diagnostics: `the stored views and Libraries of the request have more than ${MOST_STORED_CHARACTERS} characters together, and a subject counts as often as it is named; ask for some of them in another request`,
    ...(expression === undefined ? {} : { expression }),
  };
}
