import { bytesToLookThrough, missingResources } from '@millrace/cohort';
import type { ResourceLookup } from '@millrace/protocol';
import { CorruptInputError, InputChangedError, LineTooLongError } from '@millrace/storage';
import type { Source } from '@millrace/storage';
import type { Gate } from '@millrace/threads';

/** Looks through the files of sources, for a few requests at a time, if those of the resource type hold no more than `mostBytes`. */
export function createResourceLookup(
  sources: ReadonlyMap<string, Source>,
  mostBytes: number,
  gate: Gate,
): ResourceLookup {
  return {
    async missing(name, resourceType, ids) {
      const source = sources.get(name);
      if (source === undefined) return ids;
      const inputs = await source.list(resourceType);
      if (bytesToLookThrough(inputs) > mostBytes) return undefined;
      try {
        return await gate.pass(() => missingResources(source, inputs, resourceType, ids));
      } catch (error) {
        if (isOfFile(error)) return undefined;
        throw error;
      }
    },
  };
}

/** A fault that the export will meet too, and report better: a file that is damaged, or being replaced. */
function isOfFile(error: unknown): boolean {
  return (
    error instanceof CorruptInputError ||
    error instanceof InputChangedError ||
    error instanceof LineTooLongError
  );
}
