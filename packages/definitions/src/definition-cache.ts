import type { StoredVersion } from './stored-version.js';

/** Where the shared cache stands. */
export interface CacheState {
  /** Changes with everything that is put or announced. Equal generations mean equal content. */
  readonly generation: string;
  /** True while the content is known to hold every definition of the object store. */
  readonly complete: boolean;
}

/** A change that was announced and has not been put yet. */
export interface Announcement {
  readonly generation: string;
  /** Milliseconds for which the content would still have counted as complete; 0 where it did not. */
  readonly completeForMs: number;
}

/** A version, and the bytes that it takes in the cache. */
export interface CachedVersion {
  readonly version: StoredVersion;
  readonly bytes: number;
}

/**
 * Latest version of every definition of one type and tenant, shared by all API instances. The object store holds the truth:
 * a cache that lost everything, or that is not `complete`, is filled from there.
 */
export interface DefinitionCache {
  state(): Promise<CacheState>;
  /** The numbers of all versions in it by id, with the generation that they belong to. */
  numbers(): Promise<{ readonly generation: string; readonly numbers: ReadonlyMap<string, number> }>;
  /** The versions of these ids, or later ones; none for an id that is not there. */
  get(ids: readonly string[]): Promise<readonly CachedVersion[]>;
  /** Somebody is about to change the object store: from here on the content is not complete. */
  announceChange(): Promise<Announcement>;
  /**
   * Keeps the versions that are newer than the ones in the cache.
   *
   * @param announced the announcement of just these. Where nothing else has happened since, the content is as complete as before
   */
  put(versions: readonly StoredVersion[], announced?: Announcement): Promise<void>;
  /**
   * As `put`, for the versions that a listing of the object store found. The content then counts as complete,
   * unless the generation has changed since before the listing. Completeness ends by itself after a time, so
   * that the death of a writer between store and cache is noticed.
   */
  putListed(versions: readonly StoredVersion[], generationBefore: string): Promise<void>;
}
