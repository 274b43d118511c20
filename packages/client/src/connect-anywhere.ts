import { awaitManifest } from './await-manifest.js';
import { awaitResult, DEFAULT_PACE } from './await-result.js';
import { cancelExportAt, type AfterCancel } from './cancel.js';
import { connectionTo, type CallOptions, type Connection, type ConnectOptions } from './connection.js';
import { changeTogether, type ChangeOutcome, type DefinitionChange } from './change-together.js';
import {
  createResource,
  deleteResource,
  readResource,
  resourceHistory,
  searchResources,
  updateResource,
  type CreateOptions,
  type Identified,
  type ReadOptions,
  type ResourceVersion,
  type UpdateOptions,
} from './definitions.js';
import type { SearchQuery } from './search-query.js';
import { findExport, type FoundExport } from './find-export.js';
import { kickOff, type ExportOrder, type KickOffOptions } from './kick-off.js';
import type { ExportManifest } from './manifest.js';
import type { Resource, ResourceOf } from './resource.js';
import { runView, type RunAnswer, type RunOrder } from './run.js';
import type { ExportProgress } from './status.js';

export interface StartOptions extends CallOptions, Pick<KickOffOptions, 'onNotices'> {
  /**
   * `Idempotency-Key`, by which a server gives the same export again. By default each call has its own, so that a kick-off which
   * was not answered can be sent again.
   */
  readonly key?: string | undefined;
}

export interface AwaitOptions extends CallOptions {
  readonly onProgress?: ((progress: ExportProgress) => void) | undefined;
}

export interface CancelOptions extends CallOptions {
  /** Whether an export that has completed is removed with its files. */
  readonly removes?: boolean | undefined;
}

/** Definitions that a server stores: ViewDefinitions, and other types that it takes. */
export interface Definitions {
  /**
   * Stores it under an id that the server gives. With `ifNoneExist`, as in `{ url: 'https://example.org/patients' }`, only if that
   * search finds none.
   *
   * @returns it as it is stored, or the one that was found
   */
  create<Given extends Resource>(
    resource: Given,
    options?: CallOptions & Pick<CreateOptions, 'ifNoneExist'>,
  ): Promise<Given & Identified>;
  /** The latest version, or the one with `versionId`. */
  read<Type extends string>(
    type: Type,
    id: string,
    options?: CallOptions & Pick<ReadOptions, 'versionId'>,
  ): Promise<ResourceOf<Type> & Identified>;
  /** Its versions, the latest one first. */
  history<Type extends string>(
    type: Type,
    id: string,
    options?: CallOptions,
  ): AsyncGenerator<ResourceVersion<Type>>;
  /** Stores it under its id. With `ifMatch` only in place of that version: else the status is 412. */
  update<Given extends Identified>(
    resource: Given,
    options?: CallOptions & Pick<UpdateOptions, 'ifMatch'>,
  ): Promise<Given>;
  delete(type: string, id: string, options?: CallOptions): Promise<void>;
  search<Type extends string>(
    type: Type,
    query?: SearchQuery,
    options?: CallOptions,
  ): AsyncGenerator<ResourceOf<Type> & Identified>;
  /** Makes all changes, or none. @throws ServerRefusedError where one of them cannot be made */
  transaction(changes: readonly DefinitionChange[], options?: CallOptions): Promise<readonly ChangeOutcome[]>;
  /** Makes each change that can be made. @returns the outcomes, of which some may be refusals */
  batch(changes: readonly DefinitionChange[], options?: CallOptions): Promise<readonly ChangeOutcome[]>;
}

/** The verbs of a client that need no file system. */
export interface WebClient {
  /** FHIR base URL. */
  readonly server: string;
  /**
   * Starts an export of tables. An answer that comes within 5 seconds after an abort counts, so that the export can be cancelled.
   *
   * @returns its status URL, by which it is awaited, found and cancelled
   */
  startExport(order: ExportOrder, options?: StartOptions): Promise<string>;
  /** Waits for the end of an export of tables. @throws ServerRefusedError with the reason of one that failed */
  awaitExport(statusUrl: string, options?: AwaitOptions): Promise<ExportManifest>;
  /** Asks once how an export stands, of tables or of Bulk Data. */
  findExport(statusUrl: string, options?: CallOptions): Promise<FoundExport>;
  cancelExport(statusUrl: string, options?: CancelOptions): Promise<AfterCancel>;
  /** Evaluates a view at once, and gives its rows as they come. */
  run(order: RunOrder, options?: CallOptions): Promise<RunAnswer>;
  readonly definitions: Definitions;
}

/**
 * The client of a server, in any place that has `fetch`: Node, browsers and others.
 *
 * @param server FHIR base URL
 * @throws TypeError when it is none
 */
export function connectAnywhere(server: string, options: ConnectOptions = {}): WebClient {
  return verbsOf(connectionTo(server, options));
}

/** The verbs over a connection. */
export function verbsOf({ server, credentials, patienceMs, requestOf }: Connection): WebClient {
  const pace = { ...DEFAULT_PACE, patienceMs: Math.min(DEFAULT_PACE.patienceMs, patienceMs ?? Infinity) };
  return {
    server,
    startExport: (order, call = {}) =>
      kickOff(server, order, { ...requestOf(call), key: call.key ?? newKey(), onNotices: call.onNotices }),
    async awaitExport(statusUrl, call = {}) {
      const options = requestOf(call);
      const { onProgress } = call;
      return awaitManifest(await awaitResult(statusUrl, { ...options, pace, onProgress }), options);
    },
    findExport: (statusUrl, { signal } = {}) => findExport(statusUrl, { ...credentials, signal, server }),
    cancelExport: (statusUrl, { signal, removes } = {}) =>
      cancelExportAt(statusUrl, { ...credentials, signal, removes, server }),
    run: (order, call = {}) => runView(server, order, requestOf(call)),
    definitions: {
      create: (resource, call = {}) =>
        createResource(server, resource, { ...requestOf(call), ifNoneExist: call.ifNoneExist }),
      read: (type, id, call = {}) =>
        readResource(server, type, id, { ...requestOf(call), versionId: call.versionId }),
      history: (type, id, call = {}) => resourceHistory(server, type, id, requestOf(call)),
      update: (resource, call = {}) =>
        updateResource(server, resource, {
          ...requestOf(call),
          ...('ifMatch' in call ? { ifMatch: call.ifMatch } : {}),
        }),
      delete: (type, id, call = {}) => deleteResource(server, type, id, requestOf(call)),
      search: (type, query, call = {}) => searchResources(server, type, query, requestOf(call)),
      transaction: (changes, call = {}) => changeTogether(server, 'transaction', changes, requestOf(call)),
      batch: (changes, call = {}) => changeTogether(server, 'batch', changes, requestOf(call)),
    },
  };
}

/** Undefined on a page that is not secure: there a kick-off is sent once. */
function newKey(): string | undefined {
  const { crypto } = globalThis as { crypto?: { randomUUID?: () => string } };
  return crypto?.randomUUID?.();
}
