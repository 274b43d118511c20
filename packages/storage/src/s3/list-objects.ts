import { compareKeys } from '../keys.js';
import type { ObjectEntry } from '../sink.js';
import { unquoted } from './etag.js';
import { listPages } from './list-pages.js';
import { listOpenUploads } from './open-uploads.js';
import type { Bucket } from './s3-client.js';
import { unavailable } from './s3-errors.js';

/** Objects and open uploads together, in key order. */
export async function* listEntries(at: Bucket, prefix: string, after: string): AsyncGenerator<ObjectEntry> {
  const uploads = await listOpenUploads(at, prefix, after);
  let next = 0;
  for await (const entry of listObjects(at, prefix, after)) {
    for (
      let upload = uploads[next];
      upload && compareKeys(upload.key, entry.key) < 0;
      upload = uploads[next]
    ) {
      yield upload;
      next += 1;
    }
    yield entry;
  }
  yield* uploads.slice(next);
}

async function* listObjects(at: Bucket, prefix: string, after: string): AsyncGenerator<ObjectEntry> {
  const query = { prefix: at.prefix + prefix, ...(after === '' ? {} : { after: at.prefix + after }) };
  try {
    for await (const page of listPages(at, query)) {
      for (const { Key = '', Size = 0, ETag, LastModified = new Date() } of page.Contents ?? []) {
        yield {
          key: Key.slice(at.prefix.length),
          bytes: Size,
          etag: unquoted(ETag),
          modifiedAt: wholeSecond(LastModified),
        };
      }
    }
  } catch (error) {
    throw unavailable('list', prefix, error);
  }
}

/** Some listings tell milliseconds, but the header `Last-Modified` of the same object has none. */
function wholeSecond(time: Date): Date {
  return new Date(Math.floor(time.getTime() / 1000) * 1000);
}
