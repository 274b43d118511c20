import { ObjectExistsError } from '@millrace/storage';
import type { ObjectStore, Sink } from '@millrace/storage';

/** A stored file that is to be in a table. */
export interface DeliveredFile {
  readonly key: string;
  readonly bytes: number;
  readonly etag: string;
  readonly sha256: string;
}

/** The copy of a file is not the file. */
class DeliveryError extends Error {
  override readonly name = 'DeliveryError';
}

/**
 * Copies a file to a table, unless it is there: an attempt before this one may have brought it, and a name
 * stands for a content. A chunk is in memory at a time.
 *
 * @throws DeliveryError when another content was read than was committed; storage's errors; the reason of `stop`
 */
export async function deliverFile(
  from: Pick<ObjectStore, 'stream'>,
  { key, bytes, etag, sha256 }: DeliveredFile,
  to: Pick<Sink, 'open' | 'remove' | 'stat'>,
  target: string,
  stop: AbortSignal,
): Promise<void> {
  const there = await to.stat(target);
  if (there?.bytes === bytes) return;
  await using upload = await to.open(target);
  for await (const chunk of from.stream(key, { start: 0, end: bytes }, { bytes, etag })) {
    stop.throwIfAborted();
    await upload.write(chunk);
  }
  const stored = await upload.commit().catch((error: unknown) => {
    if (!(error instanceof ObjectExistsError)) throw error;
  });
  if (stored === undefined || stored.sha256 === sha256) return;
  // Another attempt would take it for the file.
  await to.remove([target]);
  throw new DeliveryError(`the content of ${key} is not what was committed: its SHA-256 is ${stored.sha256}`);
}
