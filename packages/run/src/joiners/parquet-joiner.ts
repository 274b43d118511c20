import { parquetMetadata, type FileMetaData, type RowGroup } from 'hyparquet';
import { ByteWriter } from 'hyparquet-writer';
import { writeMetadata } from 'hyparquet-writer/src/metadata.js';
import type { PartChunks, PartJoiner } from './part-joiner.js';

const MAGIC = Buffer.from('PAR1');
/** Length of the footer as a little-endian integer, and the magic. */
const TRAILER_BYTES = 8;

/**
 * Joins Parquet files of one schema: their row groups follow each other, under one footer with shifted offsets. A
 * single part stays as it is.
 *
 * @param emptyPart the file without rows
 */
export function createParquetJoiner(emptyPart: () => Uint8Array): PartJoiner {
  let only: Buffer | undefined;
  let joined: FileMetaData | undefined;
  let offset = MAGIC.length;

  function append(part: Buffer): PartChunks {
    const footerBytes = part.readUInt32LE(part.length - TRAILER_BYTES);
    const metadata = parquetMetadata(exactBuffer(part));
    const content = part.subarray(MAGIC.length, part.length - TRAILER_BYTES - footerBytes);
    const shift = offset - MAGIC.length;
    const groups = metadata.row_groups.map((group) => shifted(group, BigInt(shift)));
    joined = {
      ...metadata,
      num_rows: (joined?.num_rows ?? 0n) + metadata.num_rows,
      row_groups: [...(joined?.row_groups ?? []), ...groups],
    };
    offset += content.length;
    return [content];
  }

  return {
    add(chunks) {
      const part = Buffer.concat(chunks);
      if (joined) return append(part);
      if (!only) {
        only = part;
        return [];
      }
      return [MAGIC, ...append(only), ...append(part)];
    },
    finish() {
      if (!joined) return [only ?? emptyPart()];
      const writer = new ByteWriter();
      writeMetadata(writer, joined);
      return [writer.getBytes(), MAGIC];
    },
  };
}

/**
 * Page indexes hold offsets of their own and statistics lose precision when they are read, so a joined file goes
 * without both. They only speed up searches.
 */
function shifted(group: RowGroup, by: bigint): RowGroup {
  return {
    total_byte_size: group.total_byte_size,
    num_rows: group.num_rows,
    ...(group.total_compressed_size === undefined
      ? {}
      : { total_compressed_size: group.total_compressed_size }),
    ...(group.file_offset === undefined ? {} : { file_offset: group.file_offset + by }),
    columns: group.columns.map(({ file_offset, meta_data }) => {
      if (!meta_data) return { file_offset };
      const { statistics: _statistics, dictionary_page_offset, ...kept } = meta_data;
      const data_page_offset = kept.data_page_offset + by;
      return {
        file_offset: file_offset === 0n ? 0n : file_offset + by,
        meta_data: {
          ...kept,
          data_page_offset,
          ...(dictionary_page_offset === undefined
            ? {}
            : { dictionary_page_offset: dictionary_page_offset + by }),
        },
      };
    }),
  };
}

function exactBuffer(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}
