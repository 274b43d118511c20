import type { PinnedInput, Source } from '@millrace/storage';
import { findResources } from './find-resources.js';
import type { FoundResource } from './find-resources.js';
import { missingResources } from './missing-resources.js';

/** Which patients and groups a source has, and who the members of its groups are. */
export interface SourceIds {
  /** Those of some ids that no Patient has. */
  missingPatients(ids: Iterable<string>): Promise<readonly string[]>;
  /**
   * The groups with wanted ids, in input order: several where the source has several of one id. They have the elements that say
   * who is a member, and perhaps no others.
   */
  groups(wanted: ReadonlySet<string>): AsyncIterable<FoundResource>;
}

/** Looks through the files of a source for each question. */
export function lookThrough(source: Source, signal?: AbortSignal): SourceIds {
  return {
    async missingPatients(ids) {
      return missingResources(source, await source.list('Patient'), 'Patient', ids, signal);
    },
    async *groups(wanted) {
      const inputs: readonly PinnedInput[] = await source.list('Group');
      yield* findResources(source, inputs, 'Group', wanted, signal);
    },
  };
}
