import { LRUCache } from 'lru-cache';
import type { ExportRequest, Manifest, Plan } from '@millrace/export';
import type { ObjectStore } from '@millrace/storage';
import { readPlan, readRequest } from './artefacts.js';
import { readManifest } from './conclude.js';

interface ExportName {
  readonly tenant: string;
  readonly id: string;
}

/**
 * What the object store holds about an export. None of it ever changes, so that a shard, poll or download rarely reads
 * it. It may be remembered after the export was deleted: whether that is there is for the job store to say.
 */
export interface Artefacts {
  /** @throws ArtefactError */
  request(of: ExportName): Promise<ExportRequest>;
  /** @throws ArtefactError */
  plan(of: ExportName): Promise<Plan>;
  /** Undefined when nothing is decided, or when the export has expired. */
  manifest(of: ExportName): Promise<Manifest | undefined>;
}

/** @param exports how many are remembered; the plan of one may have a hundred thousand shards */
export function rememberArtefacts(store: Pick<ObjectStore, 'read'>, exports: number): Artefacts {
  return {
    request: remembered(exports, ({ tenant, id }) => readRequest(store, tenant, id)),
    plan: remembered(exports, ({ tenant, id }) => readPlan(store, tenant, id)),
    manifest: remembered(exports, ({ tenant, id }) => readManifest(store, tenant, id)),
  };
}

function remembered<Found extends object | undefined>(
  exports: number,
  read: (of: ExportName) => Promise<Found>,
): (of: ExportName) => Promise<Found> {
  const kept = new LRUCache<string, NonNullable<Found>>({ max: exports });
  return async (of) => {
    const key = `${of.tenant}/${of.id}`;
    const found = kept.get(key) ?? (await read(of));
    if (found !== undefined) kept.set(key, found);
    return found;
  };
}
