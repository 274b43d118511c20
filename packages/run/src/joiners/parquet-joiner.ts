import { PARQUET_MAGIC, ParquetJoin, TRAILER_BYTES, footerLength, readFooter } from '@millrace/formats';
import type { PartJoiner } from './part-joiner.js';

/**
 * Joins Parquet files of one schema. A single part stays as it is.
 *
 * @param emptyPart the file without rows
 */
export function createParquetJoiner(emptyPart: () => Uint8Array): PartJoiner {
  let only: Buffer | undefined;
  let join: ParquetJoin | undefined;

  function append(to: ParquetJoin, part: Buffer): Uint8Array {
    const length = footerLength(part.subarray(part.length - TRAILER_BYTES), part.length);
    const start = part.length - TRAILER_BYTES - length;
    const footer = readFooter(part.subarray(start, start + length), start);
    to.append(footer, part.subarray(footer.contentEnd, start));
    return part.subarray(PARQUET_MAGIC.length, footer.contentEnd);
  }

  return {
    add(chunks) {
      const part = Buffer.concat(chunks);
      if (join !== undefined) return [append(join, part)];
      if (only === undefined) {
        only = part;
        return [];
      }
      join = new ParquetJoin();
      return [PARQUET_MAGIC, append(join, only), append(join, part)];
    },
    finish: () => [join?.finish() ?? only ?? emptyPart()],
  };
}
