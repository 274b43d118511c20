import { LRUCache } from 'lru-cache';
import { touchedTypes } from '@millrace/export';
import type { ExportFilter, ExportRequest, Manifest, ManifestPage, Plan, Subject } from '@millrace/export';
import type { ObjectStore } from '@millrace/storage';
import { readManifest, readPage, readPlan, readRequest } from './artefacts.js';

interface ExportName {
  readonly tenant: string;
  readonly id: string;
}

/**
 * The objects that the store holds for an export. None of them ever changes, so a shard, poll or download
 * rarely reads the store. An object may be remembered after its export was deleted: only the job store knows
 * whether the export still exists.
 */
export interface Artefacts {
  /** @throws ArtefactError, NewerVersionError */
  request(of: ExportName): Promise<ExportRequest>;
  /** @throws ArtefactError, NewerVersionError */
  plan(of: ExportName): Promise<Plan>;
  /** Undefined when nothing is decided, or when the export has expired. @throws ArtefactError, NewerVersionError */
  manifest(of: ExportName): Promise<Manifest | undefined>;
  /** Undefined while that page of the manifest is not stored. @throws ArtefactError, NewerVersionError */
  page(of: ExportName, page: number): Promise<ManifestPage | undefined>;
}

/** @param exports how many are remembered; the plan of one may have a hundred thousand shards */
export function rememberArtefacts(store: Pick<ObjectStore, 'read'>, exports: number): Artefacts {
  return {
    request: remembered(cacheOf(exports), ({ tenant, id }) => readRequest(store, tenant, id)),
    plan: remembered(cacheOf(exports), ({ tenant, id }) => readPlan(store, tenant, id)),
    manifest: remembered(cacheOf(exports), ({ tenant, id }) => readManifest(store, tenant, id)),
    page: rememberedPages(store),
  };
}

/** The parts of a request that answers repeat: some hundred bytes, where a request may have ten million. */
export type RequestHead = Pick<
  ExportRequest,
  'operation' | 'clientTrackingId' | 'traceparent' | 'format' | 'bulk'
> & {
  readonly filter?: Pick<ExportFilter, 'since'>;
  readonly subjects: readonly Pick<Subject, 'name' | 'kind'>[];
  /** Resource types whose resources the export has. */
  readonly resourceTypes: readonly string[];
};

/** As `rememberArtefacts`, for a process that answers questions about exports and runs none. */
export interface Answers extends Pick<Artefacts, 'manifest' | 'page'> {
  /** @throws ArtefactError, NewerVersionError */
  request(of: ExportName): Promise<RequestHead>;
  /** Remembers a request that is stored already, so that the first poll of its export reads nothing. */
  remember(request: ExportRequest): void;
}

/** Characters of the heads that are remembered: some ten thousand exports. */
const HEADS_LENGTH = 8 << 20;

/** @param exports of how many the manifest is remembered */
export function rememberAnswers(store: Pick<ObjectStore, 'read'>, exports: number): Answers {
  const heads = new LRUCache<string, RequestHead>({
    maxSize: HEADS_LENGTH,
    sizeCalculation: (head) => Math.min(JSON.stringify(head).length, HEADS_LENGTH),
  });
  return {
    request: remembered(heads, async ({ tenant, id }) => headOf(await readRequest(store, tenant, id))),
    remember: (request) => void heads.set(keyOf(request), headOf(request)),
    manifest: remembered(cacheOf(exports), ({ tenant, id }) => readManifest(store, tenant, id)),
    page: rememberedPages(store),
  };
}

function headOf(request: ExportRequest): RequestHead {
  const { operation, clientTrackingId, traceparent, format, subjects, bulk, filter } = request;
  return {
    operation,
    ...(clientTrackingId === undefined ? {} : { clientTrackingId }),
    ...(traceparent === undefined ? {} : { traceparent }),
    format,
    ...(bulk === undefined ? {} : { bulk }),
    ...(filter?.since === undefined ? {} : { filter: { since: filter.since } }),
    subjects: subjects.map(({ name, kind }) => ({ name, kind })),
    resourceTypes: touchedTypes(request),
  };
}

function cacheOf<Found extends object>(max: number): LRUCache<string, Found> {
  return new LRUCache<string, Found>({ max });
}

/** Files of the pages that are remembered: some ten million bytes. */
const PAGED_FILES = 30_000;

function rememberedPages(store: Pick<ObjectStore, 'read'>): Artefacts['page'] {
  const kept = new LRUCache<string, ManifestPage>({
    maxSize: PAGED_FILES,
    sizeCalculation: ({ files, named }) => Math.min(1 + files.length + named.length, PAGED_FILES),
  });
  return async ({ tenant, id }, page) => {
    const key = `${keyOf({ tenant, id })}/${page}`;
    const found = kept.get(key) ?? (await readPage(store, tenant, id, page));
    if (found !== undefined) kept.set(key, found);
    return found;
  };
}

const keyOf = ({ tenant, id }: ExportName): string => `${tenant}/${id}`;

function remembered<Found extends object | undefined>(
  kept: LRUCache<string, NonNullable<Found>>,
  read: (of: ExportName) => Promise<Found>,
): (of: ExportName) => Promise<Found> {
  return async (of) => {
    const key = keyOf(of);
    const found = kept.get(key) ?? (await read(of));
    if (found !== undefined) kept.set(key, found);
    return found;
  };
}
