import { fhirJsonText } from '@millrace/fhir';
import { answeredResource, FHIR } from './answered-resource.js';
import { askPatiently, type PatientOptions } from './ask-patiently.js';
import { bundlePages } from './bundle-pages.js';
import { UnexpectedAnswerError } from './errors.js';
import { exchange } from './exchange.js';
import { addressOf, versionAddress } from './resource-address.js';
import { queryText, type SearchQuery } from './search-query.js';
import type { Resource, ResourceOf } from './resource.js';
import { matchOf, taggedVersion } from './version-tag.js';

/** A resource with the id by which it is stored. */
export type Identified = Resource & { readonly id: string };

export interface UpdateOptions extends PatientOptions {
  /** The version that is changed (`meta.versionId` of what was read): if there is another by then, the status is 412. */
  readonly ifMatch?: string | undefined;
}

export interface CreateOptions extends PatientOptions {
  /**
   * Nothing is stored if there is one that this search finds, and it is returned. Several that it finds are refused with 412.
   * https://hl7.org/fhir/R4/http.html#ccreate
   */
  readonly ifNoneExist?: SearchQuery | undefined;
}

/**
 * Stores a resource under an id that the server gives it. Without `ifNoneExist` it is not sent again after the connection broke
 * off, because a second one would be stored.
 *
 * @returns the stored resource, or the one that was found
 */
export async function createResource<Given extends Resource>(
  server: string,
  resource: Given,
  options: CreateOptions = {},
): Promise<Given & Identified> {
  const { ifNoneExist } = options;
  const url = addressOf(server, resource.resourceType);
  const request = {
    body: fhirJsonText(resource),
    headers: ifNoneExist === undefined ? {} : { 'if-none-exist': queryText(ifNoneExist) },
  };
  const send = (): Promise<Resource> =>
    answeredResource('POST', url, options, request, resource.resourceType);
  // The server gives back what it was given, or one of the same type.
  return (await askPatiently(send, options, ifNoneExist === undefined ? 'unread' : 'any')) as Given &
    Identified;
}

export interface ReadOptions extends PatientOptions {
  /** The version that is read, in place of the latest. */
  readonly versionId?: string | undefined;
}

/** @throws ServerRefusedError, with 404 or 410 when there is none */
export async function readResource<Type extends string>(
  server: string,
  type: Type,
  id: string,
  options: ReadOptions = {},
): Promise<ResourceOf<Type> & Identified> {
  const { versionId } = options;
  const url =
    versionId === undefined ? addressOf(server, type, id) : versionAddress(server, type, id, versionId);
  const ask = (): Promise<Resource> => answeredResource('GET', url, options, {}, type);
  // Its type was checked.
  return (await askPatiently(ask, options, 'any')) as unknown as ResourceOf<Type> & Identified;
}

/**
 * Stores a resource under its id, in place of what was there.
 *
 * @returns the stored resource
 */
export async function updateResource<Given extends Identified>(
  server: string,
  resource: Given,
  options: UpdateOptions = {},
): Promise<Given> {
  const ifMatch = matchOf(options);
  const url = addressOf(server, resource.resourceType, resource.id);
  const request = {
    body: fhirJsonText(resource),
    headers: ifMatch === undefined ? {} : { 'if-match': ifMatch },
  };
  const send = (): Promise<Resource> => answeredResource('PUT', url, options, request, resource.resourceType);
  // A second request from the same version would be refused, although the first was done.
  return (await askPatiently(send, options, ifMatch === undefined ? 'any' : 'unread')) as Given;
}

/**
 * Deletes a resource. That there is none is no failure where the server says so (204).
 *
 * @throws UnexpectedAnswerError for a redirect, or a page for people
 */
export async function deleteResource(
  server: string,
  type: string,
  id: string,
  options: PatientOptions = {},
): Promise<void> {
  const url = addressOf(server, type, id);
  const response = await askPatiently(() => exchange('DELETE', url, options, FHIR), options, 'any');
  await response.body?.cancel();
  const media = response.headers.get('content-type') ?? '';
  if (response.status >= 300 || media.startsWith('text/html'))
    throw new UnexpectedAnswerError(
      url,
      `status ${response.status} ${media}`.trim(),
      'the deletion of a resource',
    );
}

/**
 * Finds resources of a type, page by page as they are read.
 *
 * @throws UnexpectedAnswerError, also when a next page is at another origin than the server
 */
export async function* searchResources<Type extends string>(
  server: string,
  type: Type,
  query: SearchQuery = {},
  options: PatientOptions = {},
): AsyncGenerator<ResourceOf<Type> & Identified> {
  const text = queryText(query);
  const first = `${addressOf(server, type)}${text === '' ? '' : `?${text}`}`;
  for await (const { entry } of bundlePages(first, options))
    for (const { resource, search } of entry)
      // Others tell of the search, or come along.
      if (resource?.resourceType === type && (search?.mode ?? 'match') === 'match')
        yield resource as unknown as ResourceOf<Type> & Identified;
}

/** A version of a resource. */
export interface ResourceVersion<Type extends string> {
  readonly versionId: string;
  /** An instant. */
  readonly lastUpdated: string;
  /** Undefined for a deletion. */
  readonly resource: (ResourceOf<Type> & Identified) | undefined;
}

/**
 * The versions of a resource, the latest one first, page by page as they are read.
 *
 * @throws ServerRefusedError, with 404 when it never had one; UnexpectedAnswerError
 */
export async function* resourceHistory<Type extends string>(
  server: string,
  type: Type,
  id: string,
  options: PatientOptions = {},
): AsyncGenerator<ResourceVersion<Type>> {
  const first = `${addressOf(server, type, id)}/_history`;
  for await (const { entry } of bundlePages(first, options)) {
    for (const { resource, response } of entry) {
      const given = resource as (ResourceOf<Type> & Identified) | undefined;
      const versionId = given?.meta?.versionId ?? taggedVersion(response?.etag);
      if (versionId === undefined)
        throw new UnexpectedAnswerError(first, 'an entry without a version', 'a history');
      const lastUpdated = response?.lastModified ?? given?.meta?.lastUpdated ?? '';
      yield { versionId, lastUpdated, resource: given };
    }
  }
}
