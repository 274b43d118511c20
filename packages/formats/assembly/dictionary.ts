import {
  COLUMN_DICTIONARY_BYTES,
  COLUMN_DICTIONARY_ENTRIES,
  COLUMN_DICTIONARY_SIZE,
  COLUMN_ENTRY_COUNT,
  COLUMN_LEAVES,
  COLUMN_PLAIN_BYTES,
  COLUMN_TABLE,
  COLUMN_TABLE_MASK,
  COLUMN_VALUES,
  DICTIONARY_MOST_BYTES,
  DICTIONARY_MOST_SIZE,
} from '../src/parquet/kernel-format';
import { Bytes } from './bytes';
import { Chain } from './chain';
import { Pool } from './pool';

/** Before a value of the dictionary stand its hash and its number. */
export const DICTIONARY_HEAD_BYTES: u32 = 8;
const HASH: usize = 8;
const NUMBER: usize = 4;

const FIRST_SLOTS: u32 = 64;
/** New values after which a dictionary is judged. */
const VALUES_BETWEEN_JUDGEMENTS: u32 = 1024;
/** A dictionary pays off when the plain values take at least this many times its bytes. */
const LEAST_GAIN: u64 = 2;

/**
 * The distinct values of a column, numbered in the order of their first use. A slot of the table holds the address of a
 * value; collisions go to the next slot.
 */
export class Dictionary {
  static begin(column: usize): void {
    const table = Pool.take(4 * FIRST_SLOTS);
    memory.fill(table, 0, 4 * FIRST_SLOTS);
    store<u32>(column, <u32>table, COLUMN_TABLE);
    store<u32>(column, FIRST_SLOTS - 1, COLUMN_TABLE_MASK);
    store<u32>(column, 0xffffffff, COLUMN_DICTIONARY_ENTRIES);
  }

  @inline static number(value: usize): u32 {
    return load<u32>(value - NUMBER);
  }

  /**
   * The address of a value that equals the one given. Values of variable length have it in front, in memory and here
   * in `head`: 4 bytes, or none.
   */
  @inline static find(column: usize, source: usize, length: u32, head: u32): usize {
    const hash = Bytes.hash(source, length);
    const table: usize = load<u32>(column, COLUMN_TABLE);
    const mask = load<u32>(column, COLUMN_TABLE_MASK);
    let slot = hash & mask;
    let value: usize = load<u32>(table + (slot << 2));
    while (value) {
      const isLike = load<u32>(value - HASH) == hash && (!head || load<u32>(value) == length);
      if (isLike && Bytes.equal(value + head, source, length)) return value;
      slot = (slot + 1) & mask;
      value = load<u32>(table + (slot << 2));
    }
    return Dictionary.add(column, source, length, head, hash, slot);
  }

  static add(column: usize, source: usize, length: u32, head: u32, hash: u32, slot: u32): usize {
    const bytes = head + length;
    const value = Chain.room(column + COLUMN_VALUES, DICTIONARY_HEAD_BYTES + bytes) + DICTIONARY_HEAD_BYTES;
    const number = load<u32>(column, COLUMN_DICTIONARY_SIZE);
    store<u32>(value - HASH, hash);
    store<u32>(value - NUMBER, number);
    if (head) store<u32>(value, length);
    Bytes.exactly(value + head, source, length);
    const size = number + 1;
    const total = load<u32>(column, COLUMN_DICTIONARY_BYTES) + bytes;
    store<u32>(column, size, COLUMN_DICTIONARY_SIZE);
    store<u32>(column, total, COLUMN_DICTIONARY_BYTES);
    const judged = size % VALUES_BETWEEN_JUDGEMENTS == 0 && !Dictionary.paysOff(column);
    if (judged || size >= <u32>DICTIONARY_MOST_SIZE || total >= <u32>DICTIONARY_MOST_BYTES)
      store<u32>(column, 1, COLUMN_LEAVES);
    if (size * 2 > load<u32>(column, COLUMN_TABLE_MASK)) {
      if (!Dictionary.widen(column)) {
        // It is not found again, so that its equals get numbers of their own for the rest of the row.
        store<u32>(column, 1, COLUMN_LEAVES);
        return value;
      }
      slot = Dictionary.freeSlot(column, hash);
    }
    store<u32>(<usize>load<u32>(column, COLUMN_TABLE) + (slot << 2), <u32>value);
    return value;
  }

  static freeSlot(column: usize, hash: u32): u32 {
    const table: usize = load<u32>(column, COLUMN_TABLE);
    const mask = load<u32>(column, COLUMN_TABLE_MASK);
    let slot = hash & mask;
    while (load<u32>(table + (slot << 2))) slot = (slot + 1) & mask;
    return slot;
  }

  /** Twice the slots, if there is memory for them. */
  static widen(column: usize): bool {
    const old: usize = load<u32>(column, COLUMN_TABLE);
    const slots = load<u32>(column, COLUMN_TABLE_MASK) + 1;
    const table = Pool.offer(8 * slots);
    if (!table) return false;
    memory.fill(table, 0, 8 * slots);
    store<u32>(column, <u32>table, COLUMN_TABLE);
    store<u32>(column, 2 * slots - 1, COLUMN_TABLE_MASK);
    for (let i: u32 = 0; i < slots; i++) {
      const value: usize = load<u32>(old + (i << 2));
      if (value) store<u32>(table + (Dictionary.freeSlot(column, load<u32>(value - HASH)) << 2), <u32>value);
    }
    return true;
  }

  static paysOff(column: usize): bool {
    const bytes = load<u32>(column, COLUMN_DICTIONARY_BYTES);
    return bytes != 0 && load<u64>(column, COLUMN_PLAIN_BYTES) >= LEAST_GAIN * bytes;
  }

  /** Later values go without dictionary, and all do when it is small and has not paid off. */
  static leave(column: usize): void {
    const isSmall = load<u32>(column, COLUMN_DICTIONARY_SIZE) <= VALUES_BETWEEN_JUDGEMENTS;
    const entries = isSmall && !Dictionary.paysOff(column) ? 0 : load<u32>(column, COLUMN_ENTRY_COUNT);
    store<u32>(column, entries, COLUMN_DICTIONARY_ENTRIES);
    store<u32>(column, 0, COLUMN_TABLE);
    store<u32>(column, 0, COLUMN_LEAVES);
  }
}
