import {
  ArtefactError,
  NewerVersionError,
  exportObjectKey,
  exportRequestSchema,
  manifestPageKey,
  manifestPageSchema,
  manifestSchema,
  planSchema,
} from '@millrace/export';
import type { ExportObject, ExportRequest, Manifest, ManifestPage, Plan } from '@millrace/export';
import type { ObjectStore } from '@millrace/storage';
import { newerTrait } from './newer-trait.js';

type Store = Pick<ObjectStore, 'read'>;

/** The part of a zod schema that is used here. */
interface Schema<Value> {
  safeParse(value: unknown): Parsed<Value>;
}

type Parsed<Value> =
  | { readonly success: true; readonly data: Value }
  | {
      readonly success: false;
      readonly error: Error & { readonly issues: readonly { path: PropertyKey[] }[] };
    };

/** Reads the request of an export. @throws ArtefactError, NewerVersionError */
export async function readRequest(store: Store, tenant: string, exportId: string): Promise<ExportRequest> {
  return readObject(store, tenant, exportId, 'request', exportRequestSchema);
}

/** Reads the plan of an export. @throws ArtefactError, NewerVersionError */
export async function readPlan(store: Store, tenant: string, exportId: string): Promise<Plan> {
  return readObject(store, tenant, exportId, 'plan', planSchema);
}

/**
 * Reads the manifest or tombstone of an export; undefined when nothing has been decided yet.
 *
 * @throws ArtefactError, NewerVersionError
 */
export async function readManifest(
  store: Store,
  tenant: string,
  exportId: string,
): Promise<Manifest | undefined> {
  const key = exportObjectKey(tenant, exportId, 'manifest');
  const body = await store.read(key);
  if (body === undefined) return undefined;
  const manifest = parseObject(key, body, manifestSchema);
  if (manifest.exportId !== exportId) {
    throw new ArtefactError(key, `names export ${manifest.exportId}`);
  }
  return manifest;
}

/**
 * Reads a page of the manifest of an export; undefined when it is not stored.
 *
 * @throws ArtefactError, NewerVersionError
 */
export async function readPage(
  store: Store,
  tenant: string,
  exportId: string,
  page: number,
): Promise<ManifestPage | undefined> {
  const key = manifestPageKey(tenant, exportId, page);
  const body = await store.read(key);
  return body === undefined ? undefined : parseObject(key, body, manifestPageSchema);
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

/** Parses a stored object. @throws ArtefactError, NewerVersionError: they name the object, and quote no content */
function parseObject<Value>(key: string, body: Uint8Array, schema: Schema<Value>): Value {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(body).toString('utf8'));
  } catch (error) {
    throw new ArtefactError(key, 'is not JSON', { cause: error });
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const trait = newerTrait(
    value,
    parsed.error.issues.map(({ path }) => path),
  );
  if (trait !== undefined) throw new NewerVersionError(key, trait);
  const [element = ''] = parsed.error.issues[0]?.path ?? [];
  throw new ArtefactError(key, `has unexpected content at ${String(element) || 'its root'}`, {
    cause: parsed.error,
  });
}
