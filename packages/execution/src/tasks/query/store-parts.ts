import { createReadStream } from 'node:fs';
import type { Part } from '@millrace/export';
import type { SqlPart } from '@millrace/sqlquery';
import type { PartSink } from '@millrace/storage';
import { inFolder } from './query-folder.js';

const CHUNK_BYTES = 256 << 10;

/**
 * Stores the parts that an engine has written, in their order.
 *
 * @param to the subject, and where its files go: `{prefix}{n}.{extension}`, n from 1
 * @throws QueryFolderError; storage's errors
 */
export async function storeParts(
  store: Pick<PartSink, 'open'>,
  written: readonly SqlPart[],
  to: { readonly subject: number; readonly prefix: string; readonly extension: string },
  stop: AbortSignal,
): Promise<Part[]> {
  const parts: Part[] = [];
  for (const [index, { path, rows, bytes: expected }] of written.entries()) {
    await using upload = await store.open(`${to.prefix}${index + 1}.${to.extension}`);
    const content = createReadStream(path, { highWaterMark: CHUNK_BYTES });
    await inFolder(async () => {
      for await (const chunk of content) {
        stop.throwIfAborted();
        await upload.write(chunk as Buffer);
      }
    });
    const stored = await upload.commit();
    const { bytes } = stored.unpacked ?? stored;
    if (bytes !== expected) throw new Error(`a part of a query has ${bytes} bytes; expected ${expected}`);
    parts.push({ subject: to.subject, rows, ...stored });
  }
  return parts;
}
