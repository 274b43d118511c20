import type { Definition } from '@millrace/definitions';
import { FHIR_JSON, fhirAnswer, httpDate } from '@millrace/protocol';
import type { Answer } from '@millrace/protocol';

/** https://hl7.org/fhir/http.html#versioning */
function versionTag(versionId: string): string {
  return `W/"${versionId}"`;
}

function versionHeaders({ versionId, lastUpdated }: Definition): Record<string, string> {
  return { ETag: versionTag(versionId), 'Last-Modified': httpDate(Date.parse(lastUpdated)) };
}

function addressOf(baseUrl: string, { id }: Pick<Definition, 'id'>): string {
  return `${baseUrl}/ViewDefinition/${id}`;
}

export function storedAnswer(
  definition: Definition,
  outcome: 'created' | 'updated',
  baseUrl: string,
): Answer {
  const location = `${addressOf(baseUrl, definition)}/_history/${definition.versionId}`;
  return fhirAnswer(outcome === 'created' ? 201 : 200, definition.resource, {
    ...versionHeaders(definition),
    ...(outcome === 'created' ? { Location: location } : { 'Content-Location': location }),
  });
}

/** @param ifNoneMatch version tags that the client has */
export function foundAnswer(definition: Definition, ifNoneMatch: string | undefined): Answer {
  const headers = versionHeaders(definition);
  const known = ifNoneMatch?.split(',').map((tag) => tag.trim()) ?? [];
  if (known.includes(versionTag(definition.versionId))) return { status: 304, headers };
  return fhirAnswer(200, definition.resource, headers);
}

/** @param versionId of the tombstone; undefined when there was nothing to delete */
export function deletedAnswer(versionId: string | undefined): Answer {
  return { status: 204, headers: versionId === undefined ? {} : { ETag: versionTag(versionId) } };
}

/** A Bundle of type searchset with everything that matches. @param queryString of the request, with its `?` */
export function searchAnswer(
  definitions: readonly Definition[],
  baseUrl: string,
  queryString: string,
): Answer {
  return {
    status: 200,
    headers: { 'Content-Type': FHIR_JSON },
    body: {
      resourceType: 'Bundle',
      type: 'searchset',
      total: definitions.length,
      link: [{ relation: 'self', url: `${baseUrl}/ViewDefinition${queryString}` }],
      entry: definitions.map((definition) => ({
        fullUrl: addressOf(baseUrl, definition),
        resource: definition.resource,
        search: { mode: 'match' },
      })),
    },
  };
}
