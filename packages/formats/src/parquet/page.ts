import type { Encoding } from 'hyparquet';
import { ByteWriter } from 'hyparquet-writer';
import { writePageHeader } from 'hyparquet-writer/src/datapage.js';
import { writeRleBitPackedHybrid } from 'hyparquet-writer/src/encoding.js';
import { snappyCompressor } from 'hysnappy';

const compress = snappyCompressor();

/** What one data page holds, before compression. */
export interface DataPage {
  readonly rows: number;
  /** Definitions below the maximum: nulls, and empty lists too. */
  readonly nulls: number;
  /** Undefined for columns that are no list. */
  readonly repetitions: Uint32Array | undefined;
  readonly definitions: Uint32Array;
  readonly maxDefinition: number;
  readonly encoding: Encoding;
  readonly body: Uint8Array;
}

/**
 * Appends a data page (version 2: levels in front, not compressed). Returns its uncompressed size with its header.
 *
 * https://parquet.apache.org/docs/file-format/data-pages/
 */
export function writeDataPage(target: ByteWriter, page: DataPage): number {
  const levels = new ByteWriter();
  const repetitionBytes = page.repetitions ? writeRleBitPackedHybrid(levels, page.repetitions, 1) : 0;
  const width = bitWidth(page.maxDefinition + 1);
  const definitionBytes = writeRleBitPackedHybrid(levels, page.definitions, width);
  const compressed = compress(page.body);
  const start = target.offset;
  writePageHeader(target, {
    type: 'DATA_PAGE_V2',
    uncompressed_page_size: levels.offset + page.body.length,
    compressed_page_size: levels.offset + compressed.length,
    data_page_header_v2: {
      num_values: page.definitions.length,
      num_nulls: page.nulls,
      num_rows: page.rows,
      encoding: page.encoding,
      definition_levels_byte_length: definitionBytes,
      repetition_levels_byte_length: repetitionBytes,
      is_compressed: true,
    },
  });
  const headerBytes = target.offset - start;
  target.appendBytes(levels.getBytes());
  target.appendBytes(compressed);
  return headerBytes + levels.offset + page.body.length;
}

/** Appends the dictionary of a column chunk. Returns its uncompressed size with its header. */
export function writeDictionaryPage(target: ByteWriter, entries: number, content: Uint8Array): number {
  const compressed = compress(content);
  const start = target.offset;
  writePageHeader(target, {
    type: 'DICTIONARY_PAGE',
    uncompressed_page_size: content.length,
    compressed_page_size: compressed.length,
    dictionary_page_header: { num_values: entries, encoding: 'PLAIN' },
  });
  const headerBytes = target.offset - start;
  target.appendBytes(compressed);
  return headerBytes + content.length;
}

/** Body of a page of dictionary indexes: their bit width, then runs and packed groups. */
export function indexBody(indexes: Uint32Array, entries: number): Uint8Array {
  const body = new ByteWriter();
  const width = bitWidth(entries);
  body.appendUint8(width);
  writeRleBitPackedHybrid(body, indexes, width);
  return body.getBytes();
}

/** Body of a page of booleans: the length of what follows, then runs and packed groups. */
export function booleanBody(bits: Uint32Array): Uint8Array {
  const runs = new ByteWriter();
  writeRleBitPackedHybrid(runs, bits, 1);
  const body = new ByteWriter();
  body.appendUint32(runs.offset);
  body.appendBytes(runs.getBytes());
  return body.getBytes();
}

/** Bits that hold every number below `limit`. */
function bitWidth(limit: number): number {
  return Math.ceil(Math.log2(limit));
}
