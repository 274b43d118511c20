import { fhirJsonText } from '@millrace/fhir';
import { answeredText } from './answered-resource.js';
import { askPatiently, type PatientOptions } from './ask-patiently.js';
import { readBundle, type Bundle } from './bundle-pages.js';
import type { Identified } from './definitions.js';
import { UnexpectedAnswerError } from './errors.js';
import { issuesIn, type OutcomeIssue } from './outcome.js';
import { addressOf } from './resource-address.js';
import type { Resource } from './resource.js';
import { queryText, type SearchQuery } from './search-query.js';
import { matchOf, taggedVersion } from './version-tag.js';

/** One change of several that are sent together. */
export type DefinitionChange =
  /** With `ifNoneExist` nothing is stored if there is one that this search finds. */
  | { readonly create: Resource; readonly ifNoneExist?: SearchQuery | undefined }
  /** With `ifMatch` only in place of that version. */
  | { readonly update: Identified; readonly ifMatch?: string | undefined }
  | {
      readonly delete: { readonly resourceType: string; readonly id: string };
      readonly ifMatch?: string | undefined;
    };

/** The outcome of one change. */
export interface ChangeOutcome {
  /** Of HTTP, such as 201. */
  readonly status: number;
  /** Undefined where nothing is stored under it. */
  readonly id: string | undefined;
  readonly versionId: string | undefined;
  /** Undefined where the server does not send it, as after a deletion. */
  readonly resource: Identified | undefined;
  readonly issues: readonly OutcomeIssue[];
}

/**
 * Sends changes as one Bundle. Of a `transaction` all are made, or none; of a `batch` each that can be. It is not sent again once
 * the server may have read it.
 *
 * @returns the outcome of each change, in their order
 * @throws ServerRefusedError when a transaction is refused; UnexpectedAnswerError
 */
export async function changeTogether(
  server: string,
  kind: 'transaction' | 'batch',
  changes: readonly DefinitionChange[],
  options: PatientOptions = {},
): Promise<readonly ChangeOutcome[]> {
  if (changes.length === 0) return [];
  const body = fhirJsonText({ resourceType: 'Bundle', type: kind, entry: changes.map(entryOf) });
  const send = (): Promise<string> => answeredText('POST', server, options, { body });
  const { entry } = readBundle(await askPatiently(send, options, 'unread'), server);
  if (entry.length !== changes.length)
    throw new UnexpectedAnswerError(
      server,
      `${entry.length} outcomes`,
      `one for each of ${changes.length} changes`,
    );
  return entry.map((one) => outcomeOf(one, server));
}

function entryOf(change: DefinitionChange): object {
  if ('create' in change) {
    const { create, ifNoneExist } = change;
    const url = addressOf('', create.resourceType).slice(1);
    const condition = ifNoneExist === undefined ? {} : { ifNoneExist: queryText(ifNoneExist) };
    return { resource: create, request: { method: 'POST', url, ...condition } };
  }
  const ifMatch = matchOf(change);
  const condition = ifMatch === undefined ? {} : { ifMatch };
  const { resourceType, id } = 'update' in change ? change.update : change.delete;
  const url = addressOf('', resourceType, id).slice(1);
  return 'update' in change
    ? { resource: change.update, request: { method: 'PUT', url, ...condition } }
    : { request: { method: 'DELETE', url, ...condition } };
}

function outcomeOf({ resource, response }: Bundle['entry'][number], server: string): ChangeOutcome {
  const status = Number(/^\d{3}/.exec(response?.status ?? '')?.[0]);
  if (response === undefined || Number.isNaN(status))
    throw new UnexpectedAnswerError(server, 'an entry without a status', 'a status of each change');
  const { location, etag, outcome } = response;
  return {
    status,
    id: idOf(resource) ?? /\/([A-Za-z0-9.-]{1,64})(?:\/_history\/[^/]*)?$/.exec(location ?? '')?.[1],
    versionId: taggedVersion(etag),
    resource: idOf(resource) === undefined ? undefined : (resource as unknown as Identified), // it has an id
    issues: issuesIn(outcome),
  };
}

function idOf(resource: Readonly<Record<string, unknown>> | undefined): string | undefined {
  const id = resource?.['id'];
  return typeof id === 'string' ? id : undefined;
}
