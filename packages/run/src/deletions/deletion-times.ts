import { momentOf } from '@millrace/fhir';
import { hashOf } from '../versions/id-hash.js';
import { createLatestVersions } from '../versions/latest-versions.js';
import { createIdReader, createVersionReader } from '../versions/read-version.js';

/** A resource by its deletion: it has none, it is gone, or it was changed after it. */
export type AfterDeletion = 'not deleted' | 'gone' | { readonly stands: string };

/** When resources of one type were deleted, as far as the source knows. */
export interface DeletionTimes {
  /**
   * A version that was changed before the last deletion of its resource is gone. A time that is not there, or cannot be read,
   * is before every other one; at the same time the version stands.
   *
   * @param line of a resource of the type, without its newline
   */
  judge(line: Buffer): AfterDeletion;
}

/** A line for a deletion: the id, a space, and when, if the source says so. */
export function deletionLine(id: string, changed: string | undefined): string {
  return `${id} ${changed ?? ''}\n`;
}

/** Reads lines as `deletionLine` writes them. Of several deletions of a resource the last one counts. */
export function readDeletionTimes(resourceType: string, bytes: Uint8Array): DeletionTimes {
  const latest = createLatestVersions();
  const readId = createIdReader();
  const readVersion = createVersionReader(resourceType);
  for (const line of Buffer.from(bytes).toString('latin1').split('\n')) {
    if (line === '') continue;
    const [id = '', changed = ''] = line.split(' ');
    const key = Buffer.from(id);
    latest.take(key, hashOf(key), changed === '' ? undefined : momentOf(changed), NOWHERE);
  }
  return {
    judge(line) {
      const id = readId(line);
      if (id === undefined) return 'not deleted';
      const hash = hashOf(id);
      if (!latest.has(id, hash)) return 'not deleted';
      const text = Buffer.from(id).toString('latin1');
      const changed = readVersion(line)?.lastUpdated;
      const isGone = latest.isLater(id, hash, changed === undefined ? undefined : momentOf(changed));
      return isGone ? 'gone' : { stands: text };
    },
  };
}

const NOWHERE = { input: 0, offset: 0, length: 0 };
