import type { Source } from '@millrace/storage';
import { findResources } from '../find-resources.js';
import type { FoundResource } from '../find-resources.js';
import { missingResources } from '../missing-resources.js';
import type { SourceIds } from '../source-ids.js';
import type { IdIndexes } from './id-indexes.js';
import { groupOf } from './indexed-group.js';

/** Asks the indexes of the files of a source, and looks through the files that have none or are damaged. */
export function indexedIds(indexes: IdIndexes, source: Source, signal?: AbortSignal): SourceIds {
  return {
    async missingPatients(ids) {
      const missing = new Set(ids);
      for (const input of missing.size === 0 ? [] : await source.list('Patient')) {
        signal?.throwIfAborted();
        const answer = await indexes.has(source, 'Patient', input, new Set(missing));
        for (const id of answer?.found ?? []) missing.delete(id);
        if (missing.size === 0) break;
        if (answer?.isWhole === true) continue;
        const rest = await missingResources(source, [input], 'Patient', missing, signal);
        const left = new Set(rest);
        for (const id of missing) if (!left.has(id)) missing.delete(id);
      }
      return [...missing];
    },
    async *groups(wanted) {
      for (const input of await source.list('Group')) {
        signal?.throwIfAborted();
        const answer = await indexes.find(source, 'Group', input, wanted);
        if (answer?.isWhole === true)
          yield* answer.found.map(({ id, body }): FoundResource => groupOf(id, body));
        else yield* findResources(source, [input], 'Group', wanted, signal);
        if (wanted.size === 0) return;
      }
    },
  };
}
