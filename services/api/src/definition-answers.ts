import type { Definition, StoredDefinition } from '@millrace/definitions';
import { listedIssues, operationOutcome, type Issue, type OperationOutcome } from '@millrace/fhir';
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

/**
 * What was stored, or, for who prefers it, what is doubtful in it.
 *
 * @param wanted value of the preference `return`: https://hl7.org/fhir/http.html#ops
 */
export function storedAnswer(
  { definition, warnings }: StoredDefinition,
  outcome: 'created' | 'updated',
  baseUrl: string,
  wanted: string | undefined,
): Answer {
  const location = `${addressOf(baseUrl, definition)}/_history/${definition.versionId}`;
  const body = wanted === 'OperationOutcome' ? outcomeOf(warnings) : definition.resource;
  return fhirAnswer(outcome === 'created' ? 201 : 200, body, {
    ...versionHeaders(definition),
    ...(outcome === 'created' ? { Location: location } : { 'Content-Location': location }),
  });
}

function outcomeOf(warnings: readonly Issue[]): OperationOutcome {
  const nothing: Issue = { severity: 'information', code: 'informational', diagnostics: 'stored as it is' };
  return operationOutcome(warnings.length === 0 ? [nothing] : listedIssues(warnings));
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
