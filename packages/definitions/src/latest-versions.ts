import type { ObjectStore } from '@millrace/storage';
import type { DefinitionCache } from './definition-cache.js';
import { decodeVersion } from './stored-version.js';
import type { StoredVersion } from './stored-version.js';
import { definitionsPrefix, parseVersionKey, versionKey } from './version-key.js';

export interface LatestVersions {
  readonly versions: ReadonlyMap<string, StoredVersion>;
  /** That all of them take, tombstones included. */
  readonly bytes: number;
}

type Parsed = LatestVersions & { readonly generation: string };

const READS_AT_ONCE = 16;

/**
 * Reads the latest version of every definition, tombstones included. This is one round trip while nothing
 * changes: the cache's generation says whether the versions that this process parsed are current.
 */
export function createLatestVersions(ports: {
  store: ObjectStore;
  cache: DefinitionCache;
  tenant: string;
}): () => Promise<LatestVersions> {
  const { store, cache, tenant } = ports;
  let parsed: Parsed | undefined;
  let loading: Promise<Parsed> | undefined;

  async function refill(generation: string): Promise<void> {
    const known = new Map((await cache.load()).versions.map(({ id, version }) => [id, version]));
    const numbers = await listLatestNumbers(store, tenant);
    const wanted = [...numbers].filter(([id, version]) => version > (known.get(id) ?? 0));
    const found: StoredVersion[] = [];
    for (let at = 0; at < wanted.length; at += READS_AT_ONCE) {
      const reads = wanted
        .slice(at, at + READS_AT_ONCE)
        .map(([id, version]) => readVersion(store, tenant, id, version));
      for (const version of await Promise.all(reads)) if (version !== undefined) found.push(version);
    }
    await cache.putListed(found, generation);
  }

  async function load(): Promise<Parsed> {
    const state = await cache.state();
    if (!state.complete) await refill(state.generation);
    const { generation, versions, bytes } = await cache.load();
    parsed = { generation, bytes, versions: new Map(versions.map((version) => [version.id, version])) };
    return parsed;
  }

  return async () => {
    const { complete, generation } = await cache.state();
    if (complete && parsed?.generation === generation) return parsed;
    // Callers that ask at the same time share one load, which may be megabytes.
    const found = await loading;
    if (complete && found?.generation === generation) return found;
    // A load that another caller has begun meanwhile will do too: it began after the state was read.
    loading ??= load().finally(() => {
      loading = undefined;
    });
    return loading;
  };
}

/** Latest version of one definition, from the object store itself. */
export async function readLatest(
  store: ObjectStore,
  tenant: string,
  id: string,
): Promise<StoredVersion | undefined> {
  let latest = 0;
  for await (const { key } of store.list(`${definitionsPrefix(tenant)}${id}/`)) {
    latest = Math.max(latest, parseVersionKey(tenant, key)?.version ?? 0);
  }
  return latest === 0 ? undefined : readVersion(store, tenant, id, latest);
}

async function listLatestNumbers(store: ObjectStore, tenant: string): Promise<Map<string, number>> {
  const latest = new Map<string, number>();
  for await (const { key } of store.list(definitionsPrefix(tenant))) {
    const found = parseVersionKey(tenant, key);
    if (found !== undefined) latest.set(found.id, Math.max(found.version, latest.get(found.id) ?? 0));
  }
  return latest;
}

async function readVersion(
  store: ObjectStore,
  tenant: string,
  id: string,
  version: number,
): Promise<StoredVersion | undefined> {
  const body = await store.read(versionKey(tenant, id, version));
  return body === undefined ? undefined : decodeVersion(Buffer.from(body).toString('utf8'));
}
