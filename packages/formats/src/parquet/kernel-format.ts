/**
 * The records in the memory of the Parquet kernel, which is compiled from this file too; it therefore holds nothing
 * but numeric constants. Offsets and sizes are in bytes.
 */

// A column. The host writes the first four words, the rest is the kernel's.
export const COLUMN_TYPE = 0;
/** Bytes of a value; 0 where each value has its length in front. */
export const COLUMN_WIDTH = 4;
export const COLUMN_ORDER = 8;
/** 1 where a cell is a list. */
export const COLUMN_LIST = 12;
/** Chains of blocks: see `CHAIN_`. */
export const COLUMN_ENTRIES = 16;
export const COLUMN_VALUES = 32;
/** Hash table of the dictionary and its number of slots less one; 0 without dictionary. */
export const COLUMN_TABLE = 48;
export const COLUMN_TABLE_MASK = 52;
export const COLUMN_DICTIONARY_SIZE = 56;
export const COLUMN_DICTIONARY_BYTES = 60;
/** Size of each value without a dictionary: eight bytes. */
export const COLUMN_PLAIN_BYTES = 64;
export const COLUMN_ENTRY_COUNT = 72;
/** Entries before which the dictionary was in use; all, as long as it is. */
export const COLUMN_DICTIONARY_ENTRIES = 76;
/** The dictionary is to be left after this row. */
export const COLUMN_LEAVES = 80;
export const COLUMN_NUMBER = 84;
export const COLUMN_BYTES = 88;

/** Any cell is its text. */
export const TYPE_TEXT = 0;
export const TYPE_BOOLEAN = 1;
export const TYPE_INT32 = 2;
export const TYPE_INT64 = 3;
export const TYPE_DOUBLE = 4;
/** Microseconds since 1970, of times with a zone. */
export const TYPE_INSTANT = 5;
/** The host makes all values. */
export const TYPE_HOST = 6;

/** The answer of the host to a cell that is null because it does not fit its column. */
export const CAST_NULL = 0xffffffff;

/** How values are ordered, for bounds. */
export const ORDER_NONE = 0;
export const ORDER_TEXT = 1;
export const ORDER_BOOLEAN = 2;
export const ORDER_INT32 = 3;
export const ORDER_INT64 = 4;
export const ORDER_FLOAT = 5;
export const ORDER_DOUBLE = 6;
/** Two's complement, the highest byte first. */
export const ORDER_BIG_ENDIAN = 7;

// A chain of blocks that grows at its end.
export const CHAIN_FIRST = 0;
export const CHAIN_NEXT = 4;
export const CHAIN_END = 8;
export const CHAIN_LAST = 12;

/** A block begins with the address of the next one and the end of its content. */
export const BLOCK_NEXT = 0;
export const BLOCK_USED = 4;
export const BLOCK_HEAD_BYTES = 8;

// A page that is ready to be written: its levels, then its compressed values.
export const PAGE_ADDRESS = 0;
export const PAGE_BYTES = 4;
/** Before compression, levels included. */
export const PAGE_RAW_BYTES = 8;
/** Levels, nulls and missing items counted; for a dictionary its entries. */
export const PAGE_VALUES = 12;
export const PAGE_NULLS = 16;
export const PAGE_ROWS = 20;
export const PAGE_ENCODING = 24;
export const PAGE_REPETITION_BYTES = 28;
export const PAGE_DEFINITION_BYTES = 32;
/** Addresses of the smallest and the largest value, behind their length if they have one; 0 when there is none. */
export const PAGE_MIN = 36;
export const PAGE_MAX = 40;
export const PAGE_RECORD_BYTES = 44;

export const ENCODING_PLAIN = 0;
export const ENCODING_DICTIONARY = 1;
/** Booleans. */
export const ENCODING_RUNS = 2;

/** A page ends with the row that reaches either. */
export const PAGE_MOST_ENTRIES = 20000;
export const PAGE_MOST_BYTES = 262144;

/** A dictionary is left with the row that reaches either. */
export const DICTIONARY_MOST_SIZE = 65536;
export const DICTIONARY_MOST_BYTES = 1048576;

/** Why `add` came back: the bytes are used up, or the row group is to be written before the next row. */
export const STOP_END = 0;
export const STOP_FULL = 1;

/** Most memory that a row of this many bytes can take: a multiple, and blocks of each column. */
export const ROW_FACTOR = 12;
/** Chains that a column can begin a block of in one row. */
export const ROW_BLOCKS = 2;

/** Vectors are read and written whole: every buffer is followed by as many bytes of padding. */
export const PADDING = 128;
