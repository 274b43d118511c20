import { COLUMN_ENTRIES, COLUMN_ENTRY_COUNT } from '../src/parquet/kernel-format';
import { Chain } from './chain';

/**
 * The entries of a column, in the order of the rows. An entry is the address of a value or one of these
 * codes. Its highest bit is set when it continues the list of the entry before it.
 *
 * https://parquet.apache.org/docs/file-format/nestedencoding/
 */
export const ENTRY_NULL: u32 = 0;
export const ENTRY_EMPTY_LIST: u32 = 1;
export const ENTRY_NULL_ITEM: u32 = 2;
export const ENTRY_LAST_CODE: u32 = 2;
export const ENTRY_REPEATED: u32 = 0x80000000;

export class Entries {
  @inline static append(column: usize, entry: u32): void {
    store<u32>(Chain.room(column + COLUMN_ENTRIES, 4), entry);
    store<u32>(column, load<u32>(column, COLUMN_ENTRY_COUNT) + 1, COLUMN_ENTRY_COUNT);
  }
}
