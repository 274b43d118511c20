import type { ObjectStore } from '@millrace/storage';
import { ownRound } from '@millrace/threads';
import type { DefinitionCache } from './definition-cache.js';
import { DefinitionConflictError } from './errors.js';
import { readLatest } from './latest-versions.js';
import { encodeVersion } from './stored-version.js';
import type { StoredVersion, ViewDefinition } from './stored-version.js';
import { versionKey } from './version-key.js';

/** A writer that loses the race for a version tries the next one, this often in all. */
const MAX_TRIES = 8;

export interface VersionPorts {
  readonly store: ObjectStore;
  readonly cache: DefinitionCache;
  readonly tenant: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/**
 * Stores the version after the latest one: exactly one of several racing writers gets each version.
 *
 * @param content what the version holds, given the latest one; it may throw. No resource makes a tombstone
 * @throws DefinitionConflictError when others took every version
 */
export async function appendVersion(
  ports: VersionPorts,
  id: string,
  content: (latest: StoredVersion | undefined) => { resource?: ViewDefinition },
): Promise<{ latest: StoredVersion | undefined; written: StoredVersion }> {
  // First the announcement: if this process dies before `put`, others do not trust the cache without a listing.
  await ports.cache.announceChange();
  for (let tried = 0; tried < MAX_TRIES; tried += 1) {
    const latest = await readLatest(ports.store, ports.tenant, id);
    await ownRound();
    const version = (latest?.version ?? 0) + 1;
    const lastUpdated = new Date(ports.now()).toISOString();
    const written: StoredVersion = { schemaVersion: 1, id, version, lastUpdated, ...content(latest) };
    const key = versionKey(ports.tenant, id, version);
    if ((await ports.store.createIfAbsent(key, encodeVersion(written))) !== 'created') continue;
    await ports.cache.put([written]);
    return { latest, written };
  }
  throw new DefinitionConflictError(id);
}
