import type { ColumnChunk, ColumnMetaData, Encoding, PageType, SchemaElement } from 'hyparquet';
import type { ByteWriter } from 'hyparquet-writer';
import { writePageHeader } from 'hyparquet-writer/src/datapage.js';
import { unconvertMinMax } from 'hyparquet-writer/src/unconvert.js';
import type { Physical } from './cast.js';
import type { FileColumn } from './file-column.js';
import type { Kernel } from './kernel.js';
import * as format from './kernel-format.js';
import type { ChunkPages, PageEntry } from './page-index.js';
import { storedValue } from './stored-value.js';
import { zstdFrame } from './zstd.js';

const ENCODINGS: readonly Encoding[] = ['PLAIN', 'RLE_DICTIONARY', 'RLE'];

const MAX_BOUND_BYTES = 256;

/** A page in the memory of the kernel: valid until the next one. */
interface KernelPage {
  readonly content: Uint8Array;
  readonly rawBytes: number;
  readonly values: number;
  readonly nulls: number;
  readonly rows: number;
  readonly encoding: Encoding;
  readonly repetitionBytes: number;
  readonly definitionBytes: number;
  readonly min: number;
  readonly max: number;
}

/**
 * Appends the pages of one column of the kernel's row group and describes them.
 *
 * https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift
 */
export function writeColumnChunk(
  target: ByteWriter,
  kernel: Kernel,
  number: number,
  {
    element,
    path,
    compression,
  }: Pick<FileColumn, 'element' | 'path'> & { readonly compression: 'zstd' | undefined },
): ChunkPages & { readonly rawBytes: number } {
  const start = target.offset;
  kernel.openColumn(number);
  let rawBytes = kernel.dictionaryPage() ? writeDictionaryPage(target, pageOf(kernel), compression) : 0;
  const firstPage = target.offset;
  const pages: PageEntry[] = [];
  const counts = new Map<Encoding, number>();
  let [values, nulls, firstRow] = [0, 0, 0];
  while (kernel.nextPage() !== 0) {
    const page = pageOf(kernel);
    const offset = target.offset;
    rawBytes += writeDataPage(target, page, compression);
    pages.push({
      offset,
      bytes: target.offset - offset,
      firstRow,
      nulls: page.nulls,
      isNull: page.nulls === page.values,
      ...boundsOf(element, kernel, page.min, page.max),
    });
    counts.set(page.encoding, (counts.get(page.encoding) ?? 0) + 1);
    values += page.values;
    nulls += page.nulls;
    firstRow += page.rows;
  }
  const { min, max } = boundsOf(element, kernel, kernel.chunkMin(), kernel.chunkMax());
  const metadata: ColumnMetaData = {
    type: element.type ?? 'BYTE_ARRAY',
    encodings: [...new Set<Encoding>(['PLAIN', 'RLE', ...counts.keys()])],
    path_in_schema: [...path],
    codec: compression === 'zstd' ? 'ZSTD' : 'SNAPPY',
    num_values: BigInt(values),
    total_uncompressed_size: BigInt(rawBytes),
    total_compressed_size: BigInt(target.offset - start),
    data_page_offset: BigInt(firstPage),
    ...(firstPage === start ? {} : { dictionary_page_offset: BigInt(start) }),
    statistics: {
      null_count: BigInt(nulls),
      ...(min === undefined || max === undefined ? {} : { min_value: min, max_value: max }),
    },
    encoding_stats: [
      ...(firstPage === start ? [] : [pageCount('DICTIONARY_PAGE', 'PLAIN', 1)]),
      ...[...counts].map(([encoding, count]) => pageCount('DATA_PAGE_V2', encoding, count)),
    ],
  };
  const chunk: ColumnChunk = { file_offset: BigInt(start), meta_data: metadata };
  return { chunk, element, pages, rawBytes };
}

function pageCount(
  page_type: PageType,
  encoding: Encoding,
  count: number,
): { page_type: PageType; encoding: Encoding; count: number } {
  return { page_type, encoding, count };
}

/**
 * The lower bound of zero is -0 and the upper one is +0, because readers may tell them apart. Bounds are shortened where they are
 * written; there are none where no short text is above a long one, which begins with the last characters of Unicode: the footer
 * would have it whole, and footers are read into memory.
 */
function boundsOf(
  element: SchemaElement,
  { view }: Kernel,
  min: number,
  max: number,
): { min: Physical | undefined; max: Physical | undefined } {
  if (min === 0 || max === 0) return { min: undefined, max: undefined };
  const [low, high] = [storedValue(element, view, min), storedValue(element, view, max)];
  if (high instanceof Uint8Array && high.length > MAX_BOUND_BYTES) {
    const written = unconvertMinMax(high, element, true)?.length ?? 0;
    if (written > MAX_BOUND_BYTES) return { min: undefined, max: undefined };
  }
  const isReal = element.type === 'DOUBLE' || element.type === 'FLOAT';
  return { min: isReal && low === 0 ? -0 : low, max: isReal && high === 0 ? 0 : high };
}

function pageOf(kernel: Kernel): KernelPage {
  const record = kernel.page();
  const word = (offset: number): number => kernel.view.getUint32(record + offset, true);
  const address = word(format.PAGE_ADDRESS);
  return {
    content: kernel.bytes.subarray(address, address + word(format.PAGE_BYTES)),
    rawBytes: word(format.PAGE_RAW_BYTES),
    values: word(format.PAGE_VALUES),
    nulls: word(format.PAGE_NULLS),
    rows: word(format.PAGE_ROWS),
    encoding: ENCODINGS[word(format.PAGE_ENCODING)] ?? 'PLAIN',
    repetitionBytes: word(format.PAGE_REPETITION_BYTES),
    definitionBytes: word(format.PAGE_DEFINITION_BYTES),
    min: word(format.PAGE_MIN),
    max: word(format.PAGE_MAX),
  };
}

/**
 * Appends a data page (version 2: levels in front, not compressed). Returns its uncompressed size with its header.
 *
 * https://parquet.apache.org/docs/file-format/data-pages/
 */
function writeDataPage(target: ByteWriter, page: KernelPage, compression: 'zstd' | undefined): number {
  const start = target.offset;
  const levels = page.content.subarray(0, page.repetitionBytes + page.definitionBytes);
  const values = compressed(page.content.subarray(levels.length), compression);
  writePageHeader(target, {
    type: 'DATA_PAGE_V2',
    uncompressed_page_size: page.rawBytes,
    compressed_page_size: levels.length + values.length,
    data_page_header_v2: {
      num_values: page.values,
      num_nulls: page.nulls,
      num_rows: page.rows,
      encoding: page.encoding,
      definition_levels_byte_length: page.definitionBytes,
      repetition_levels_byte_length: page.repetitionBytes,
      is_compressed: true,
    },
  });
  const headerBytes = target.offset - start;
  target.appendBytes(levels);
  target.appendBytes(values);
  return headerBytes + page.rawBytes;
}

/** The kernel compresses with Snappy, and leaves all else to this. */
function compressed(values: Uint8Array, compression: 'zstd' | undefined): Uint8Array {
  return compression === 'zstd' ? zstdFrame(values) : values;
}

/** Appends the dictionary of a column chunk. Returns its uncompressed size with its header. */
function writeDictionaryPage(target: ByteWriter, page: KernelPage, compression: 'zstd' | undefined): number {
  const start = target.offset;
  const values = compressed(page.content, compression);
  writePageHeader(target, {
    type: 'DICTIONARY_PAGE',
    uncompressed_page_size: page.rawBytes,
    compressed_page_size: values.length,
    dictionary_page_header: { num_values: page.values, encoding: 'PLAIN' },
  });
  const headerBytes = target.offset - start;
  target.appendBytes(values);
  return headerBytes + page.rawBytes;
}
