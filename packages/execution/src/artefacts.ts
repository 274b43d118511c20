import type { ExportRequest, Plan } from '@millrace/export';
import { exportObjectKey, exportRequestSchema, planSchema } from '@millrace/export';
import type { ExportObject } from '@millrace/export';
import type { ObjectStore } from '@millrace/storage';

/** An object that the export cannot go on without is missing or unreadable. */
export class ArtefactError extends Error {
  override readonly name = 'ArtefactError';
  readonly key: string;

  constructor(key: string, reason: string, options?: ErrorOptions) {
    super(`${key} ${reason}`, options);
    this.key = key;
  }
}

type Store = Pick<ObjectStore, 'read'>;

/** What was asked. @throws ArtefactError */
export async function readRequest(store: Store, tenant: string, exportId: string): Promise<ExportRequest> {
  return exportRequestSchema.parse(await readJson(store, tenant, exportId, 'request'));
}

/** The pinned inputs and the shards. @throws ArtefactError */
export async function readPlan(store: Store, tenant: string, exportId: string): Promise<Plan> {
  return planSchema.parse(await readJson(store, tenant, exportId, 'plan'));
}

async function readJson(
  store: Store,
  tenant: string,
  exportId: string,
  object: ExportObject,
): Promise<unknown> {
  const key = exportObjectKey(tenant, exportId, object);
  const body = await store.read(key);
  if (body === undefined) throw new ArtefactError(key, 'is missing from the object store');
  try {
    return JSON.parse(Buffer.from(body).toString('utf8'));
  } catch (error) {
    throw new ArtefactError(key, 'is not JSON', { cause: error });
  }
}
