import type { Part } from '@millrace/export';
import type { PartSink } from '@millrace/storage';
import type { OpenParts } from '../range/open-parts.js';

/** Open parts, and beside them the names of resources in them that the source says were deleted before. */
export interface StandingParts {
  readonly parts: OpenParts;
  /** Notes a resource, so that its deletion is not told. */
  note(id: string): void;
}

/**
 * Adds to the parts of each cut one more with `Type/id` on each line, for the task that copies the deletions. There are no more
 * of them than deletions, and few in most sources, so that they are in memory until the cut.
 *
 * @param subject that of the deletions, which a later stage makes
 */
export function withStanding(
  parts: OpenParts,
  {
    resourceType,
    subject,
    partPrefix,
  }: { readonly resourceType: string; readonly subject: number; readonly partPrefix: string },
  sink: PartSink,
  onUpload: (key: string, uploadId: string) => void,
): StandingParts {
  const ids = new Set<string>();
  let opened = 0;

  async function store(): Promise<Part[]> {
    if (ids.size === 0) return [];
    opened += 1;
    const key = `${partPrefix}standing-${opened}.txt`;
    await using upload = await sink.open(key);
    onUpload(key, upload.id);
    await upload.write(Buffer.from([...ids].map((id) => `${resourceType}/${id}\n`).join('')));
    const { bytes, sha256, etag } = await upload.commit();
    const rows = ids.size;
    ids.clear();
    return [{ subject, key, rows, bytes, sha256, etag }];
  }

  return {
    note: (id) => void ids.add(id),
    parts: {
      add: (view, row) => parts.add(view, row),
      append: (view, encoded, rows) => parts.append(view, encoded, rows),
      room: (view) => parts.room(view),
      get full() {
        return parts.full;
      },
      get rows() {
        return parts.rows;
      },
      flush: () => parts.flush(),
      close: async () => [...(await parts.close()), ...(await store())],
      abort: () => parts.abort(),
    },
  };
}
