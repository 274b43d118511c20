import {
  fhirJsonText,
  listedIssues,
  operationOutcome,
  type Issue,
  type OperationOutcome,
} from '@millrace/fhir';
import { fhirAnswer, httpDate, type Answer } from '../http/answer.js';
import { hasVersion } from '../http/has-version.js';

/** A stored definition as it is answered: `resource` carries its id, and its version and time in `meta`. */
export interface AnsweredDefinition {
  readonly id: string;
  readonly versionId: string;
  /** ISO instant. */
  readonly lastUpdated: string;
  readonly resource: Readonly<Record<string, unknown>>;
}

/** https://hl7.org/fhir/http.html#versioning */
function versionTag(versionId: string): string {
  return `W/"${versionId}"`;
}

function versionHeaders({ versionId, lastUpdated }: AnsweredDefinition): Record<string, string> {
  return { ETag: versionTag(versionId), 'Last-Modified': httpDate(Date.parse(lastUpdated)) };
}

function addressOf(baseUrl: string, { id }: Pick<AnsweredDefinition, 'id'>): string {
  return `${baseUrl}/ViewDefinition/${id}`;
}

/**
 * The answer to a stored definition: the definition, its warnings for a client that prefers an `OperationOutcome`, or
 * nothing for one that prefers `minimal`.
 *
 * @param wanted value of the preference `return`: https://hl7.org/fhir/http.html#ops
 */
export function definitionStoredAnswer(
  { definition, warnings }: { readonly definition: AnsweredDefinition; readonly warnings: readonly Issue[] },
  outcome: 'created' | 'updated',
  baseUrl: string,
  wanted: string | undefined,
): Answer {
  const location = `${addressOf(baseUrl, definition)}/_history/${definition.versionId}`;
  const status = outcome === 'created' ? 201 : 200;
  const headers = {
    ...versionHeaders(definition),
    ...(outcome === 'created' ? { Location: location } : { 'Content-Location': location }),
  };
  if (wanted === 'minimal') return { status, headers };
  return fhirAnswer(
    status,
    wanted === 'OperationOutcome' ? outcomeOf(warnings) : definition.resource,
    headers,
  );
}

function outcomeOf(warnings: readonly Issue[]): OperationOutcome {
  const nothing: Issue = { severity: 'information', code: 'informational', diagnostics: 'stored as it is' };
  return operationOutcome(warnings.length === 0 ? [nothing] : listedIssues(warnings));
}

/** 304, or 200 for an answer with `definitionJson`. @param ifNoneMatch version tags that the client has */
export function definitionFoundAnswer(
  definition: AnsweredDefinition,
  ifNoneMatch: string | undefined,
): { readonly status: 200 | 304; readonly headers: Readonly<Record<string, string>> } {
  const isKnown = hasVersion(ifNoneMatch, versionTag(definition.versionId));
  return { status: isKnown ? 304 : 200, headers: versionHeaders(definition) };
}

const written = new WeakMap<AnsweredDefinition, Buffer>();

/** The JSON of a definition: one and the same bytes for all that are sent it, because it may have a megabyte. */
export function definitionJson(definition: AnsweredDefinition): Buffer {
  const bytes = written.get(definition) ?? Buffer.from(fhirJsonText(definition.resource));
  written.set(definition, bytes);
  return bytes;
}

/** @param versionId of the tombstone; undefined when there was nothing to delete */
export function definitionDeletedAnswer(versionId: string | undefined): Answer {
  return { status: 204, headers: versionId === undefined ? {} : { ETag: versionTag(versionId) } };
}

/**
 * The JSON of a Bundle of type searchset with everything that matches, piece by piece.
 *
 * @param queryString of the request, with its `?`
 */
export function* searchPieces(
  definitions: readonly AnsweredDefinition[],
  baseUrl: string,
  queryString: string,
): Generator<string | Buffer> {
  const head = {
    resourceType: 'Bundle',
    type: 'searchset',
    total: definitions.length,
    link: [{ relation: 'self', url: `${baseUrl}/ViewDefinition${queryString}` }],
  };
  yield `${JSON.stringify(head).slice(0, -1)},"entry":[`;
  for (const [index, definition] of definitions.entries()) {
    const fullUrl = JSON.stringify(addressOf(baseUrl, definition));
    yield `${index === 0 ? '' : ','}{"fullUrl":${fullUrl},"resource":`;
    yield definitionJson(definition);
    yield ',"search":{"mode":"match"}}';
  }
  yield ']}';
}
