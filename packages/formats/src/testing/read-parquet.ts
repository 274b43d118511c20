import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import type { FileMetaData } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';

/**
 * The rows of a file, as little converted as the reader allows: dates and times are integers, bytes are
 * bytes.
 */
export async function readParquet(
  file: Buffer,
  { metadata = parquetMetadataOf(file), text = true } = {},
): Promise<Record<string, unknown>[]> {
  return await parquetReadObjects({
    file: arrayBuffer(file),
    metadata,
    compressors,
    utf8: text,
    parsers: {
      timestampFromMicroseconds: (micros: bigint) => micros,
      dateFromDays: (days: number) => days,
    },
  });
}

export function parquetMetadataOf(file: Buffer): FileMetaData {
  return parquetMetadata(arrayBuffer(file));
}

function arrayBuffer(file: Buffer): ArrayBuffer {
  return new Uint8Array(file).buffer;
}
