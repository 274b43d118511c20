import type { ColumnChunk, Encoding, SchemaElement } from 'hyparquet';
import { ByteWriter } from 'hyparquet-writer';
import { Bounds } from './bounds.js';
import type { Physical } from './cast.js';
import { Dictionary } from './dictionary.js';
import { LevelList } from './level-list.js';
import { booleanBody, indexBody, writeDataPage, writeDictionaryPage } from './page.js';
import { appendPlain } from './plain.js';
import type { AppendPlain } from './plain.js';
import { ValueBytes } from './value-bytes.js';

/** A leaf of the schema. */
export interface Leaf {
  readonly element: SchemaElement;
  readonly path: readonly string[];
  /** Definition level of a value that is there; lower ones say how much of its path is. */
  readonly maxDefinition: number;
  readonly repeated: boolean;
}

const PAGE_BYTES = 256 * 1024;
const PAGE_VALUES = 32_768;
/** New entries after which a dictionary is judged. */
const ENTRIES_BETWEEN_JUDGEMENTS = 1024;

/**
 * Values of one column chunk on their way into pages. Full pages are compressed at once, so that a large row group
 * takes little memory. They wait here because the dictionary, which grows until the end, stands before them.
 *
 * A chunk begins with a dictionary and goes on without it from the value on where it turns out not to pay off or
 * grows too large; booleans have none.
 */
export class ColumnChunkWriter {
  readonly #leaf: Leaf;
  readonly #append: AppendPlain | undefined;
  #encoding: Encoding;
  /** Kept after it was left when pages refer to it. */
  #dictionary: Dictionary | undefined;
  readonly #pages = new ByteWriter();
  #pageCounts = new Map<Encoding, number>();
  #uncompressedBytes = 0;
  #values = 0;
  #nulls = 0;
  #bounds = new Bounds();

  readonly #definitions = new LevelList();
  readonly #repetitions = new LevelList();
  readonly #indexes = new LevelList();
  readonly #plain = new ValueBytes();
  #pageRows = 0;
  #pageNulls = 0;

  constructor(leaf: Leaf) {
    this.#leaf = leaf;
    this.#append = leaf.element.type === 'BOOLEAN' ? undefined : appendPlain(leaf.element);
    this.#encoding = firstEncoding(leaf.element);
    this.#dictionary = this.#emptyDictionary();
  }

  /** Bytes of the values added since the last `finish`, before compression. */
  get bufferedBytes(): number {
    const open = this.#plain.length + 2 * this.#indexes.length;
    return this.#uncompressedBytes + open + (this.#dictionary?.byteLength ?? 0);
  }

  addValue(value: Physical, repetition: number): void {
    this.#addLevels(this.#leaf.maxDefinition, repetition);
    if (this.#encoding === 'RLE_DICTIONARY' && this.#dictionary !== undefined) {
      this.#addIndex(this.#dictionary, value);
      return;
    }
    this.#bounds.add(value);
    if (this.#append === undefined) this.#indexes.append(value === true ? 1 : 0);
    else this.#append(this.#plain, value);
  }

  /** @param definition how much of the path is there */
  addNull(definition: number, repetition: number): void {
    this.#addLevels(definition, repetition);
    this.#pageNulls += 1;
  }

  /** Pages end between rows. */
  endRow(): void {
    this.#pageRows += 1;
    if (this.#plain.length >= PAGE_BYTES || this.#definitions.length >= PAGE_VALUES) this.#closePage();
  }

  /** Appends the chunk to the file, and begins the next one. */
  finish(target: ByteWriter): ColumnChunk {
    if (this.#dictionary?.paysOff === false && !this.#pageCounts.has('RLE_DICTIONARY')) {
      this.#leaveDictionary(this.#dictionary);
    }
    if (this.#pageRows > 0) this.#closePage();
    const start = target.offset;
    if (this.#dictionary !== undefined) {
      const { size, content } = this.#dictionary;
      this.#uncompressedBytes += writeDictionaryPage(target, size, content);
    }
    const firstPage = target.offset;
    target.appendBytes(this.#pages.getBytes());
    const chunk = this.#describe(start, firstPage, target.offset);
    this.#begin();
    return chunk;
  }

  #addLevels(definition: number, repetition: number): void {
    this.#definitions.append(definition);
    if (this.#leaf.repeated) this.#repetitions.append(repetition);
  }

  #addIndex(dictionary: Dictionary, value: Physical): void {
    const sizeBefore = dictionary.size;
    this.#indexes.append(dictionary.indexOf(value));
    const { size } = dictionary;
    if (size === sizeBefore) return;
    this.#bounds.add(value);
    const judged = size % ENTRIES_BETWEEN_JUDGEMENTS === 0;
    if (dictionary.isFull || (judged && !dictionary.paysOff)) this.#leaveDictionary(dictionary);
  }

  #leaveDictionary(dictionary: Dictionary): void {
    for (const index of this.#indexes.content) this.#plain.appendBytes(dictionary.entry(index));
    this.#indexes.clear();
    this.#encoding = 'PLAIN';
    if (!this.#pageCounts.has('RLE_DICTIONARY')) this.#dictionary = undefined;
  }

  #closePage(): void {
    this.#uncompressedBytes += writeDataPage(this.#pages, {
      rows: this.#pageRows,
      nulls: this.#pageNulls,
      repetitions: this.#leaf.repeated ? this.#repetitions.content : undefined,
      definitions: this.#definitions.content,
      maxDefinition: this.#leaf.maxDefinition,
      encoding: this.#encoding,
      body: this.#pageBody(),
    });
    this.#pageCounts.set(this.#encoding, (this.#pageCounts.get(this.#encoding) ?? 0) + 1);
    this.#values += this.#definitions.length;
    this.#nulls += this.#pageNulls;
    for (const list of [this.#definitions, this.#repetitions, this.#indexes, this.#plain]) list.clear();
    this.#pageRows = 0;
    this.#pageNulls = 0;
  }

  #pageBody(): Uint8Array {
    if (this.#encoding === 'PLAIN') return this.#plain.content;
    if (this.#encoding === 'RLE') return booleanBody(this.#indexes.content);
    return indexBody(this.#indexes.content, this.#dictionary?.size ?? 0);
  }

  /** https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift */
  #describe(start: number, firstPage: number, end: number): ColumnChunk {
    const { element, path } = this.#leaf;
    const pages = [...this.#pageCounts].map(
      ([encoding, count]) => ({ page_type: 'DATA_PAGE_V2', encoding, count }) as const,
    );
    const dictionary = { page_type: 'DICTIONARY_PAGE', encoding: 'PLAIN', count: 1 } as const;
    const { min, max } = this.#bounds;
    return {
      file_offset: BigInt(start),
      meta_data: {
        type: element.type ?? 'BYTE_ARRAY',
        encodings: [...new Set<Encoding>(['PLAIN', 'RLE', ...this.#pageCounts.keys()])],
        path_in_schema: [...path],
        codec: 'SNAPPY',
        num_values: BigInt(this.#values),
        total_uncompressed_size: BigInt(this.#uncompressedBytes),
        total_compressed_size: BigInt(end - start),
        data_page_offset: BigInt(firstPage),
        ...(this.#dictionary === undefined ? {} : { dictionary_page_offset: BigInt(start) }),
        statistics: {
          null_count: BigInt(this.#nulls),
          ...(min === undefined || max === undefined ? {} : { min_value: min, max_value: max }),
        },
        encoding_stats: this.#dictionary === undefined ? pages : [dictionary, ...pages],
      },
    };
  }

  /** A column that left its dictionary without ever having used it does without from then on. */
  #begin(): void {
    if (this.#dictionary !== undefined) this.#encoding = firstEncoding(this.#leaf.element);
    this.#dictionary = this.#emptyDictionary();
    this.#pages.index = 0;
    this.#pageCounts = new Map();
    this.#uncompressedBytes = 0;
    this.#values = 0;
    this.#nulls = 0;
    this.#bounds = new Bounds();
  }

  #emptyDictionary(): Dictionary | undefined {
    return this.#encoding === 'RLE_DICTIONARY' && this.#append ? new Dictionary(this.#append) : undefined;
  }
}

/** Binary values are objects, which a map would tell apart although they are equal. */
function firstEncoding({ type, converted_type }: SchemaElement): Encoding {
  if (type === 'BOOLEAN') return 'RLE';
  return type === 'BYTE_ARRAY' && converted_type !== 'UTF8' ? 'PLAIN' : 'RLE_DICTIONARY';
}
