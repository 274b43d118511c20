import { LRUCache } from 'lru-cache';
import type { ExportRequest, Manifest, Plan, Subject } from '@millrace/export';
import type { ObjectStore } from '@millrace/storage';
import { readManifest, readPlan, readRequest } from './artefacts.js';

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
}

/** @param exports how many are remembered; the plan of one may have a hundred thousand shards */
export function rememberArtefacts(store: Pick<ObjectStore, 'read'>, exports: number): Artefacts {
  const most = { max: exports };
  return {
    request: remembered(most, ({ tenant, id }) => readRequest(store, tenant, id)),
    plan: remembered(most, ({ tenant, id }) => readPlan(store, tenant, id)),
    manifest: remembered(most, ({ tenant, id }) => readManifest(store, tenant, id)),
  };
}

/** The parts of a request that answers repeat: some hundred bytes, where a request may have ten million. */
export type RequestHead = Pick<ExportRequest, 'clientTrackingId' | 'format'> & {
  readonly subjects: readonly Pick<Subject, 'name'>[];
};

/** As `rememberArtefacts`, for a process that answers questions about exports and runs none. */
export interface Answers extends Pick<Artefacts, 'manifest'> {
  /** @throws ArtefactError, NewerVersionError */
  request(of: ExportName): Promise<RequestHead>;
}

/** Characters of the heads that are remembered: some ten thousand exports. */
const HEADS_LENGTH = 8 << 20;

/** @param exports of how many the manifest is remembered */
export function rememberAnswers(store: Pick<ObjectStore, 'read'>, exports: number): Answers {
  const heads = {
    maxSize: HEADS_LENGTH,
    sizeCalculation: (head: RequestHead) => Math.min(JSON.stringify(head).length, HEADS_LENGTH),
  };
  return {
    request: remembered(heads, async ({ tenant, id }) => headOf(await readRequest(store, tenant, id))),
    manifest: remembered({ max: exports }, ({ tenant, id }) => readManifest(store, tenant, id)),
  };
}

function headOf({ clientTrackingId, format, subjects }: ExportRequest): RequestHead {
  return {
    ...(clientTrackingId === undefined ? {} : { clientTrackingId }),
    format,
    subjects: subjects.map(({ name }) => ({ name })),
  };
}

function remembered<Found extends object | undefined>(
  most: LRUCache.Options<string, NonNullable<Found>, unknown>,
  read: (of: ExportName) => Promise<Found>,
): (of: ExportName) => Promise<Found> {
  const kept = new LRUCache<string, NonNullable<Found>>(most);
  return async (of) => {
    const key = `${of.tenant}/${of.id}`;
    const found = kept.get(key) ?? (await read(of));
    if (found !== undefined) kept.set(key, found);
    return found;
  };
}
