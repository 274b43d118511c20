import { isJsonObject } from '@millrace/fhir';
import { readCondition, readDefinitionQuery } from '../definitions/definition-query.js';
import type { Criterion, DefinitionSearch } from '../definitions/definition-query.js';
import { readVersionCondition } from '../definitions/definition-request.js';
import { STORED_TYPES, isStoredType } from '../definitions/interactions.js';
import type { StoredType } from '../definitions/interactions.js';
import { ProtocolError, quote, refuse } from '../errors/errors.js';
import { trimSlash } from '../http/urls.js';
import { inEntry } from './in-entry.js';

/** A resource in a Bundle, with its JSON as it was sent. */
export interface BundledResource {
  readonly tree: unknown;
  readonly text: string;
}

/** The work that an entry asks for: https://hl7.org/fhir/R4/http.html#transaction */
export type EntryTask =
  | {
      readonly kind: 'create';
      readonly type: StoredType;
      readonly given: BundledResource;
      readonly ifNoneExist: Criterion[] | undefined;
    }
  | {
      readonly kind: 'update';
      readonly type: StoredType;
      readonly at: { readonly id: string } | { readonly where: Criterion[] };
      readonly given: BundledResource;
      readonly ifMatch: string | undefined;
    }
  | {
      readonly kind: 'delete';
      readonly type: StoredType;
      readonly id: string;
      readonly ifMatch: string | undefined;
    }
  | {
      readonly kind: 'read';
      readonly type: StoredType;
      readonly id: string;
      readonly versionId: string | undefined;
      readonly ifNoneMatch: string | undefined;
    }
  | {
      readonly kind: 'search';
      readonly type: StoredType;
      readonly search: DefinitionSearch;
      readonly query: string;
    };

export interface ReadBundle {
  readonly kind: 'batch' | 'transaction';
  /** In their order: the task of each entry, or the error that says why it has none. */
  readonly entries: readonly (EntryTask | ProtocolError)[];
  /** Entries by the temporary URLs that other resources of a transaction may name them by. */
  readonly references: ReadonlyMap<string, number>;
}

/** In the conditions and searches of one Bundle: each is compared with every definition. */
const MOST_VALUES = 5_000;
/** Of one Bundle. They are counted before any of them is looked at. */
const MOST_ENTRIES = 1000;

/**
 * @param texts the JSON of the resource of each entry, undefined for an entry without one
 * @throws ProtocolError 400, 413
 */
export function readBundle(
  body: unknown,
  texts: readonly (string | undefined)[],
  baseUrl: string,
): ReadBundle {
  if (!isJsonObject(body) || body['resourceType'] !== 'Bundle')
    throw refuse(400, 'invalid', 'the body must be a Bundle of type batch or transaction');
  const { type: kind, entry: given = [] } = body;
  if (kind !== 'batch' && kind !== 'transaction') {
    const shown = typeof kind === 'string' ? quote(kind) : 'missing';
    throw refuse(400, 'value', `Bundle.type is ${shown}; expected batch or transaction`, {
      expression: 'Bundle.type',
    });
  }
  if (!Array.isArray(given))
    throw refuse(400, 'structure', 'Bundle.entry must be a list', { expression: 'Bundle.entry' });
  if (given.length > MOST_ENTRIES) {
    const diagnostics = `the Bundle has ${given.length} entries, and at most ${MOST_ENTRIES} are taken at a time`;
    throw refuse(413, 'too-costly', diagnostics, { expression: 'Bundle.entry' });
  }
  const list: readonly unknown[] = given;
  const entries = list.map((entry, at) => {
    try {
      return readEntry(entry, texts[at], baseUrl);
    } catch (error) {
      if (error instanceof ProtocolError) return inEntry(error, at);
      throw error;
    }
  });
  const values = entries.reduce((sum, entry) => sum + valuesOf(entry), 0);
  if (values > MOST_VALUES) {
    const diagnostics = `the conditions and searches of the Bundle have ${values} values, and at most ${MOST_VALUES} are compared`;
    throw refuse(413, 'too-costly', diagnostics, { expression: 'Bundle.entry' });
  }
  if (kind === 'batch') return { kind, entries, references: new Map() };
  return { kind, ...withReferences(entries, list) };
}

function valuesOf(entry: EntryTask | ProtocolError): number {
  if (entry instanceof ProtocolError) return 0;
  const criteria =
    entry.kind === 'search'
      ? entry.search.criteria
      : entry.kind === 'create'
        ? entry.ifNoneExist
        : entry.kind === 'update' && 'where' in entry.at
          ? entry.at.where
          : undefined;
  return (criteria ?? []).reduce((sum, { values }) => sum + values.length, 0);
}

function readEntry(entry: unknown, text: string | undefined, baseUrl: string): EntryTask {
  const request = isJsonObject(entry) ? entry['request'] : undefined;
  if (!isJsonObject(entry) || !isJsonObject(request))
    throw refuse(400, 'required', 'an entry needs a request', { expression: 'request' });
  const { method, url } = request;
  if (typeof url !== 'string' || url === '')
    throw refuse(400, 'required', 'request.url is missing', { expression: 'request.url' });
  const address = readAddress(url, baseUrl);
  const { type, id, versionId, query } = address;
  const ifMatch = () => readVersionCondition(textAt(request, 'ifMatch'));
  switch (method) {
    case 'POST': {
      if (id !== undefined || query !== undefined) throw wrongUrl(url, `${type}`);
      const condition = textAt(request, 'ifNoneExist');
      const ifNoneExist =
        condition === undefined ? undefined : readCondition(type, condition, 'request.ifNoneExist');
      return { kind: 'create', type, given: resourceOf(entry, text, type), ifNoneExist };
    }
    case 'PUT': {
      if (versionId !== undefined || (id === undefined) === (query === undefined))
        throw wrongUrl(url, `${type}/[id] or ${type}?[search parameters]`);
      const given = resourceOf(entry, text, type);
      const at = id === undefined ? { where: readCondition(type, query ?? '', 'request.url') } : { id };
      return { kind: 'update', type, at, given, ifMatch: ifMatch() };
    }
    case 'DELETE':
      if (id === undefined || versionId !== undefined || query !== undefined)
        throw wrongUrl(url, `${type}/[id]`);
      return { kind: 'delete', type, id, ifMatch: ifMatch() };
    case 'GET': {
      if (id === undefined)
        return {
          kind: 'search',
          type,
          search: readDefinitionQuery(type, query ?? ''),
          query: query ?? '',
        };
      const ifNoneMatch = textAt(request, 'ifNoneMatch');
      return { kind: 'read', type, id, versionId, ifNoneMatch };
    }
    default: {
      const shown = typeof method === 'string' ? quote(method) : 'missing';
      const diagnostics = `request.method is ${shown}; expected GET, POST, PUT or DELETE`;
      throw refuse(400, 'not-supported', diagnostics, { expression: 'request.method' });
    }
  }
}

function textAt(request: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = request[name];
  if (value === undefined || typeof value === 'string') return value;
  throw refuse(400, 'structure', `request.${name} must be a string`, { expression: `request.${name}` });
}

function resourceOf(
  entry: Readonly<Record<string, unknown>>,
  text: string | undefined,
  type: StoredType,
): BundledResource {
  const tree = entry['resource'];
  if (tree === undefined || text === undefined)
    throw refuse(400, 'required', `the entry needs a resource, a ${type}`, { expression: 'resource' });
  return { tree, text };
}

interface Address {
  readonly type: StoredType;
  readonly id: string | undefined;
  readonly versionId: string | undefined;
  /** Undefined where there is no question mark. */
  readonly query: string | undefined;
}

const ADDRESS =
  /^\/?([A-Za-z]+)(?:\/([A-Za-z0-9\-.]{1,64})(?:\/_history\/([A-Za-z0-9\-.]{1,64}))?)?\/?(?:\?(.*))?$/s;

function readAddress(url: string, baseUrl: string): Address {
  const base = `${trimSlash(baseUrl)}/`;
  const [, type, id, versionId, query] =
    ADDRESS.exec(url.startsWith(base) ? url.slice(base.length) : url) ?? [];
  if (!isStoredType(type)) {
    const diagnostics = `request.url is ${quote(url)}; expected the address of a ${STORED_TYPES.join(', ')}, such as Library/[id]`;
    throw refuse(400, 'not-supported', diagnostics, { expression: 'request.url' });
  }
  return { type, id, versionId, query };
}

function wrongUrl(url: string, expected: string): ProtocolError {
  const diagnostics = `request.url is ${quote(url)}; expected ${expected} for this method`;
  return refuse(400, 'invalid', diagnostics, { expression: 'request.url' });
}

const TEMPORARY = /^urn:(?:uuid|oid):/;
/** In a resource. A text within a text has a backslash before its quote. */
const TEMPORARY_REFERENCES = /"reference"\s*:\s*"(urn:(?:uuid|oid):[^"\\#]*)/g;
const CONDITIONAL_REFERENCE = /"reference"\s*:\s*"[A-Z][A-Za-z]*\?/;

/**
 * The entries by their temporary URLs. A URL that is also the canonical URL of a resource is none: canonicals stay as
 * they are.
 */
function withReferences(
  entries: readonly (EntryTask | ProtocolError)[],
  given: readonly unknown[],
): Pick<ReadBundle, 'entries' | 'references'> {
  const canonicals = new Set(given.map((entry) => member(member(entry, 'resource'), 'url')));
  const references = new Map<string, number>();
  const repeated = new Map<number, string>();
  for (const [at, entry] of given.entries()) {
    const url = member(entry, 'fullUrl');
    if (typeof url !== 'string' || !TEMPORARY.test(url)) continue;
    if (references.has(url)) repeated.set(at, url);
    else references.set(url, at);
  }
  const checked = entries.map((entry, at) => {
    const url = repeated.get(at);
    if (url !== undefined)
      return inEntry(
        refuse(400, 'duplicate', `fullUrl ${quote(url)} is that of another entry, too`, {
          expression: 'fullUrl',
        }),
        at,
      );
    if (!('given' in entry)) return entry;
    const fault = referenceFault(entry.given.text, references);
    return fault === undefined ? entry : inEntry(fault, at);
  });
  for (const url of references.keys()) if (canonicals.has(url)) references.delete(url);
  return { entries: checked, references };
}

function referenceFault(text: string, references: ReadonlyMap<string, number>): ProtocolError | undefined {
  for (const [, url = ''] of text.matchAll(TEMPORARY_REFERENCES)) {
    if (!references.has(url))
      return refuse(
        400,
        'not-found',
        `the resource refers to ${quote(url)}, which is no fullUrl of the Bundle`,
      );
  }
  if (!CONDITIONAL_REFERENCE.test(text)) return undefined;
  return refuse(400, 'not-supported', 'references by search parameters are not resolved here; name an id');
}

function member(value: unknown, name: string): unknown {
  return isJsonObject(value) ? value[name] : undefined;
}
