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

/** What was asked. @throws ArtefactError */
export async function readRequest(
  store: Pick<ObjectStore, 'read'>,
  tenant: string,
  exportId: string,
): Promise<ExportRequest> {
  return exportRequestSchema.parse(await readJson(store, tenant, exportId, 'request'));
}

/** Exports whose shards a worker works on at the same time are few. */
const PLANS_KEPT = 4;
const plansOf = new WeakMap<object, Map<string, Plan>>();

/**
 * The pinned inputs and the shards. The last few are remembered: every shard of an export needs its plan, which never
 * changes and may have a hundred thousand shards.
 *
 * @throws ArtefactError
 */
export async function readPlan(
  store: Pick<ObjectStore, 'read'>,
  tenant: string,
  exportId: string,
): Promise<Plan> {
  const plans = plansOf.get(store) ?? new Map<string, Plan>();
  plansOf.set(store, plans);
  const key = exportObjectKey(tenant, exportId, 'plan');
  const plan = plans.get(key) ?? planSchema.parse(await readJson(store, tenant, exportId, 'plan'));
  // The order of a map is that of insertion.
  plans.delete(key);
  plans.set(key, plan);
  const [oldest] = plans.keys();
  if (plans.size > PLANS_KEPT && oldest !== undefined) plans.delete(oldest);
  return plan;
}

async function readJson(
  store: Pick<ObjectStore, 'read'>,
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
