import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

/** A gzip file is one shard, so there is one for each of as many bytes as make a shard of plain input. */
const CONTENT_BYTES = 128 * 1024 * 1024;

/** Writes `{type}.{n}.ndjson.gz` from chunks of whole lines; returns the bytes before compression. */
export async function writeGzipFiles(
  folder: string,
  type: string,
  chunks: AsyncGenerator<Uint8Array, void, void>,
): Promise<number> {
  let bytes = 0;
  for (let n = 0; ; n += 1) {
    const first = await chunks.next();
    if (first.done === true) return bytes;
    const content = async function* (): AsyncGenerator<Uint8Array> {
      let inFile = 0;
      for (
        let next: IteratorResult<Uint8Array, void> = first;
        next.done !== true;
        next = await chunks.next()
      ) {
        inFile += next.value.length;
        bytes += next.value.length;
        yield next.value;
        if (inFile >= CONTENT_BYTES) return;
      }
    };
    const file = join(folder, `${type}.${String(n).padStart(3, '0')}.ndjson.gz`);
    await pipeline(Readable.from(content()), createGzip({ level: 1 }), createWriteStream(file));
  }
}
