import type { DefinitionCache } from './definition-cache.js';
import { decodeVersion, encodeVersion } from './stored-version.js';
import type { StoredVersion } from './stored-version.js';

/** The cache of a single process. */
export function createMemoryDefinitionCache(options: {
  completeForMs: number;
  now: () => number;
}): DefinitionCache {
  const content = new Map<string, { readonly version: number; readonly text: string }>();
  let generation = 0;
  let completeUntil = 0;

  function keepNewer(versions: readonly StoredVersion[]): void {
    let isChanged = false;
    for (const version of versions) {
      if ((content.get(version.id)?.version ?? 0) >= version.version) continue;
      content.set(version.id, { version: version.version, text: encodeVersion(version) });
      isChanged = true;
    }
    if (isChanged) generation += 1;
  }

  return {
    async state() {
      return { generation: String(generation), complete: options.now() < completeUntil };
    },
    async numbers() {
      const numbers = new Map([...content].map(([id, { version }]) => [id, version]));
      return { generation: String(generation), numbers };
    },
    async get(ids) {
      return ids.flatMap((id) => {
        const text = content.get(id)?.text;
        return text === undefined ? [] : [{ version: decodeVersion(text), bytes: Buffer.byteLength(text) }];
      });
    },
    async announceChange() {
      const completeForMs = Math.max(0, completeUntil - options.now());
      generation += 1;
      completeUntil = 0;
      return { generation: String(generation), completeForMs };
    },
    async put(versions, announced) {
      if (announced?.generation === String(generation) && announced.completeForMs > 0)
        completeUntil = options.now() + announced.completeForMs;
      keepNewer(versions);
    },
    async putListed(versions, generationBefore) {
      if (generationBefore === String(generation)) completeUntil = options.now() + options.completeForMs;
      keepNewer(versions);
    },
  };
}
