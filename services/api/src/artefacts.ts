import { readManifest, readRequest } from '@millrace/execution';
import type { ExportRequest, Manifest } from '@millrace/export';
import type { ObjectStore } from '@millrace/storage';
import { createRecent } from './recent.js';

interface ExportName {
  readonly tenant: string;
  readonly id: string;
}

/** What the object store holds about an export. It never changes, so that a poll or download rarely reads it. */
export interface Artefacts {
  request(of: ExportName): Promise<ExportRequest>;
  /** Undefined when nothing is decided, or when the export has expired. */
  manifest(of: ExportName): Promise<Manifest | undefined>;
}

const KEPT = 32;

export function createArtefacts(store: Pick<ObjectStore, 'read'>): Artefacts {
  const requests = createRecent<ExportRequest>(KEPT);
  const manifests = createRecent<Manifest>(KEPT);
  return {
    request: ({ tenant, id }) => requests.get(`${tenant}/${id}`, () => readRequest(store, tenant, id)),
    manifest: ({ tenant, id }) => manifests.get(`${tenant}/${id}`, () => readManifest(store, tenant, id)),
  };
}
