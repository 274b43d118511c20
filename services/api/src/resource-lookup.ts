import { bytesToLookThrough, missingResources } from '@millrace/execution';
import type { ResourceLookup } from '@millrace/protocol';
import type { Source } from '@millrace/storage';

/** Looks through the files of sources, if those of the resource type hold no more than `mostBytes`. */
export function createResourceLookup(
  sources: ReadonlyMap<string, Source>,
  mostBytes: number,
): ResourceLookup {
  return {
    async missing(name, resourceType, ids) {
      const source = sources.get(name);
      if (source === undefined) return ids;
      const inputs = await source.list(resourceType);
      if (bytesToLookThrough(inputs) > mostBytes) return undefined;
      return missingResources(source, inputs, resourceType, ids);
    },
  };
}
