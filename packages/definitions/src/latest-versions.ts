import type { DefinitionCache } from './definition-cache.js';
import type { StoredVersion } from './stored-version.js';
import type { VersionObjects } from './version-objects.js';

export interface LatestVersions {
  readonly versions: ReadonlyMap<string, StoredVersion>;
  /** That all of them take, tombstones included. */
  readonly bytes: number;
}

type Parsed = LatestVersions & { readonly generation: string };

const READS_AT_ONCE = 16;

/**
 * Reads the latest version of every definition of a type, tombstones included. This is one round trip while nothing
 * changes: the cache's generation says whether the versions that this process parsed are current. Of a change only
 * what is new is read.
 */
export function createLatestVersions(
  objects: VersionObjects,
  cache: DefinitionCache,
): () => Promise<LatestVersions> {
  let parsed: Parsed | undefined;
  let loading: Promise<Parsed> | undefined;
  /** Bytes of each parsed version. A version never changes, and a later one replaces it. */
  const sizes = new Map<string, number>();

  async function refill(generation: string): Promise<void> {
    const { numbers: known } = await cache.numbers();
    const wanted = [...(await listLatestNumbers(objects))].filter(
      ([id, version]) => version > (known.get(id) ?? 0),
    );
    const found: StoredVersion[] = [];
    for (let at = 0; at < wanted.length; at += READS_AT_ONCE) {
      const reads = wanted.slice(at, at + READS_AT_ONCE).map(async ([id, version]) => {
        // The last one counts unless a transaction holds it or was aborted.
        return (await objects.read(id, version)) ?? (await objects.latest(id)).latest;
      });
      for (const version of await Promise.all(reads)) if (version !== undefined) found.push(version);
    }
    await cache.putListed(found, generation);
  }

  async function load(): Promise<Parsed> {
    const state = await cache.state();
    if (!state.complete) await refill(state.generation);
    const { generation, numbers } = await cache.numbers();
    const versions = new Map(parsed?.versions);
    const changed = [...numbers].filter(([id, version]) => version > (versions.get(id)?.version ?? 0));
    for (const { version, bytes } of await cache.get(changed.map(([id]) => id))) {
      versions.set(version.id, version);
      sizes.set(version.id, bytes);
    }
    let bytes = 0;
    for (const size of sizes.values()) bytes += size;
    parsed = { generation, bytes, versions };
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

async function listLatestNumbers(objects: VersionObjects): Promise<Map<string, number>> {
  const latest = new Map<string, number>();
  for await (const { id, version } of objects.list()) {
    latest.set(id, Math.max(version, latest.get(id) ?? 0));
  }
  return latest;
}
