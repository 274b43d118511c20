import type { StoredVersion } from './stored-version.js';

/** Where the shared cache stands. */
export interface CacheState {
  /** Changes with everything that is put or announced. Equal generations mean equal content. */
  readonly generation: string;
  /** True while the content is known to hold every definition of the object store. */
  readonly complete: boolean;
}

/**
 * Latest version of every definition of one tenant, shared by all API instances. The object store holds the truth:
 * a cache that lost everything, or that is not `complete`, is filled from there.
 */
export interface DefinitionCache {
  state(): Promise<CacheState>;
  /** Content with the generation that it belongs to, and how many bytes it takes. */
  load(): Promise<{
    readonly generation: string;
    readonly versions: readonly StoredVersion[];
    readonly bytes: number;
  }>;
  /** Somebody is about to change the object store: from here on the content is not complete. */
  announceChange(): Promise<void>;
  /** Keeps the versions that are newer than the ones in the cache. */
  put(versions: readonly StoredVersion[]): Promise<void>;
  /**
   * As `put`, for the versions that a listing of the object store found. The content then counts as complete,
   * unless the generation has changed since before the listing. Completeness ends by itself after a time, so
   * that the death of a writer between store and cache is noticed.
   */
  putListed(versions: readonly StoredVersion[], generationBefore: string): Promise<void>;
}
