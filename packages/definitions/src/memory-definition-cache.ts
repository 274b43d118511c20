import type { DefinitionCache } from './definition-cache.js';
import { encodeVersion } from './stored-version.js';
import type { StoredVersion } from './stored-version.js';

/** The cache of a single process. */
export function createMemoryDefinitionCache(options: {
  completeForMs: number;
  now: () => number;
}): DefinitionCache {
  const content = new Map<string, StoredVersion>();
  let generation = 0;
  let completeUntil = 0;

  function keepNewer(versions: readonly StoredVersion[]): void {
    let isChanged = false;
    for (const version of versions) {
      if ((content.get(version.id)?.version ?? 0) >= version.version) continue;
      content.set(version.id, structuredClone(version));
      isChanged = true;
    }
    if (isChanged) generation += 1;
  }

  return {
    async state() {
      return { generation: String(generation), complete: options.now() < completeUntil };
    },
    async load() {
      const versions = structuredClone([...content.values()]);
      const bytes = versions.reduce((sum, version) => sum + encodeVersion(version).length, 0);
      return { generation: String(generation), versions, bytes };
    },
    async announceChange() {
      generation += 1;
      completeUntil = 0;
    },
    async put(versions) {
      keepNewer(versions);
    },
    async putListed(versions, generationBefore) {
      if (generationBefore === String(generation)) completeUntil = options.now() + options.completeForMs;
      keepNewer(versions);
    },
  };
}
