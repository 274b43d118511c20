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

/** What is needed of a zod schema. */
interface Schema<Value> {
  safeParse(value: unknown): Parsed<Value>;
}

type Parsed<Value> =
  | { readonly success: true; readonly data: Value }
  | {
      readonly success: false;
      readonly error: Error & { readonly issues: readonly { path: PropertyKey[] }[] };
    };

/** What was asked. @throws ArtefactError */
export async function readRequest(store: Store, tenant: string, exportId: string): Promise<ExportRequest> {
  return readObject(store, tenant, exportId, 'request', exportRequestSchema);
}

/** The pinned inputs and the shards. @throws ArtefactError */
export async function readPlan(store: Store, tenant: string, exportId: string): Promise<Plan> {
  return readObject(store, tenant, exportId, 'plan', planSchema);
}

async function readObject<Value>(
  store: Store,
  tenant: string,
  exportId: string,
  object: ExportObject,
  schema: Schema<Value>,
): Promise<Value> {
  const key = exportObjectKey(tenant, exportId, object);
  const body = await store.read(key);
  if (body === undefined) throw new ArtefactError(key, 'is missing from the object store');
  return parseObject(key, body, schema);
}

/** Makes of a stored object what it holds. @throws ArtefactError that names the object, and quotes nothing of it */
export function parseObject<Value>(key: string, body: Uint8Array, schema: Schema<Value>): Value {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(body).toString('utf8'));
  } catch (error) {
    throw new ArtefactError(key, 'is not JSON', { cause: error });
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [element = ''] = parsed.error.issues[0]?.path ?? [];
  throw new ArtefactError(key, `is not what is kept there, by ${String(element) || 'all of it'}`, {
    cause: parsed.error,
  });
}
