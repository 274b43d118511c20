import { listedIssues, operationOutcome, type Issue, type OperationOutcome } from '@millrace/fhir';
import { fhirAnswer, FHIR_JSON, httpDate, type Answer } from '../http/answer.js';
import { hasVersion } from '../http/has-version.js';
import { trimSlash } from '../http/urls.js';
import type { StoredType } from './interactions.js';

/** A stored definition as it is answered: its JSON carries its id, and its version and time in `meta`. */
export interface AnsweredDefinition {
  readonly type: StoredType;
  readonly id: string;
  readonly versionId: string;
  /** ISO instant. */
  readonly lastUpdated: string;
  readonly json: Buffer;
}

/** A change that was made. */
export interface AnsweredChange {
  readonly outcome: 'created' | 'updated' | 'deleted' | 'found' | 'absent';
  readonly definition: AnsweredDefinition | undefined;
  readonly versionId: string | undefined;
  readonly warnings: readonly Issue[];
}

/** https://hl7.org/fhir/http.html#versioning */
function versionTag(versionId: string): string {
  return `W/"${versionId}"`;
}

function versionHeaders({ versionId, lastUpdated }: AnsweredDefinition): Record<string, string> {
  return { ETag: versionTag(versionId), 'Last-Modified': httpDate(Date.parse(lastUpdated)) };
}

export function addressOf(baseUrl: string, { type, id }: Pick<AnsweredDefinition, 'type' | 'id'>): string {
  return `${trimSlash(baseUrl)}/${type}/${id}`;
}

/**
 * The answer to a change: the definition, its warnings for a client that prefers an `OperationOutcome`, or
 * nothing for one that prefers `minimal`.
 *
 * @param wanted value of the preference `return`: https://hl7.org/fhir/http.html#ops
 */
export function definitionChangedAnswer(
  { definition, outcome, versionId, warnings }: AnsweredChange,
  baseUrl: string,
  wanted: string | undefined,
): Answer {
  if (definition === undefined) {
    const isDeleted = outcome === 'deleted' && versionId !== undefined;
    return { status: 204, headers: isDeleted ? { ETag: versionTag(versionId) } : {} };
  }
  const location = `${addressOf(baseUrl, definition)}/_history/${definition.versionId}`;
  const status = outcome === 'created' ? 201 : 200;
  const headers = {
    ...versionHeaders(definition),
    ...(outcome === 'created' ? { Location: location } : { 'Content-Location': location }),
  };
  if (wanted === 'minimal') return { status, headers };
  if (wanted === 'OperationOutcome') return fhirAnswer(status, outcomeOf(outcome, warnings), headers);
  return { status, headers: { 'Content-Type': FHIR_JSON, ...headers }, json: definition.json };
}

function outcomeOf(outcome: AnsweredChange['outcome'], warnings: readonly Issue[]): OperationOutcome {
  const diagnostics =
    outcome === 'found' ? 'nothing was stored: there is one that matches' : 'stored as it is';
  const nothing: Issue = { severity: 'information', code: 'informational', diagnostics };
  return operationOutcome(warnings.length === 0 || outcome === 'found' ? [nothing] : listedIssues(warnings));
}

/** 304, or 200 for an answer with its `json`. @param ifNoneMatch version tags that the client has */
export function definitionFoundAnswer(
  definition: AnsweredDefinition,
  ifNoneMatch: string | undefined,
): { readonly status: 200 | 304; readonly headers: Readonly<Record<string, string>> } {
  const isKnown = hasVersion(ifNoneMatch, versionTag(definition.versionId));
  return { status: isKnown ? 304 : 200, headers: versionHeaders(definition) };
}

/** The pages of a search or history as clients ask for them. */
export interface AskedPage {
  /** Below the FHIR base, such as `/Library/a/_history`. */
  readonly path: string;
  /** Of the request, with or without its question mark. */
  readonly query: string;
  /** The cursor of the next page; undefined at the end. */
  readonly next: string | undefined;
}

function pageLinks({ path, query, next }: AskedPage, baseUrl: string): readonly object[] {
  const at = `${trimSlash(baseUrl)}${path}`;
  const asked = query === '' || query.startsWith('?') ? query : `?${query}`;
  const links = [{ relation: 'self', url: `${at}${asked}` }];
  if (next === undefined) return links;
  const further = new URLSearchParams(query);
  further.set('_cursor', next);
  return [...links, { relation: 'next', url: `${at}?${further.toString()}` }];
}

/** The JSON of a Bundle whose entries come one after the other. */
export function* bundlePieces(
  head: object,
  entries: Iterable<Iterable<string | Buffer>>,
): Generator<string | Buffer> {
  yield JSON.stringify({ resourceType: 'Bundle', ...head }).slice(0, -1);
  let isFirst = true;
  for (const entry of entries) {
    yield isFirst ? ',"entry":[' : ',';
    isFirst = false;
    yield* entry;
  }
  yield isFirst ? '}' : ']}';
}

/** The JSON of a Bundle of type searchset with a page of what matches, piece by piece. */
export function searchPieces(
  definitions: readonly AnsweredDefinition[],
  total: number,
  page: AskedPage,
  baseUrl: string,
): Generator<string | Buffer> {
  function* entryOf(definition: AnsweredDefinition): Generator<string | Buffer> {
    yield `{"fullUrl":${JSON.stringify(addressOf(baseUrl, definition))},"resource":`;
    yield definition.json;
    yield ',"search":{"mode":"match"}}';
  }
  const head = { type: 'searchset', total, link: pageLinks(page, baseUrl) };
  return bundlePieces(head, mapped(definitions, entryOf));
}

/** A version in a history. */
export interface AnsweredVersion extends Omit<AnsweredDefinition, 'json'> {
  /** Undefined for a deletion. */
  readonly definition: AnsweredDefinition | undefined;
}

/** The JSON of a Bundle of type history. */
export function historyPieces(
  versions: readonly AnsweredVersion[],
  page: AskedPage,
  baseUrl: string,
): Generator<string | Buffer> {
  function* entryOf(version: AnsweredVersion): Generator<string | Buffer> {
    const { type, id, versionId, lastUpdated, definition } = version;
    const isFirst = versionId === '1';
    const request = { method: definition === undefined ? 'DELETE' : 'PUT', url: `${type}/${id}` };
    const status = definition === undefined ? '204' : isFirst ? '201' : '200';
    const response = { status, etag: versionTag(versionId), lastModified: lastUpdated };
    yield `{"fullUrl":${JSON.stringify(addressOf(baseUrl, version))},`;
    if (definition !== undefined) {
      yield '"resource":';
      yield definition.json;
      yield ',';
    }
    yield `"request":${JSON.stringify(request)},"response":${JSON.stringify(response)}}`;
  }
  return bundlePieces({ type: 'history', link: pageLinks(page, baseUrl) }, mapped(versions, entryOf));
}

export function* mapped<Value, Result>(
  values: Iterable<Value>,
  make: (value: Value) => Result,
): Generator<Result> {
  for (const value of values) yield make(value);
}
