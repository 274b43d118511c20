import {
  BLOCK_HEAD_BYTES,
  BLOCK_NEXT,
  BLOCK_USED,
  CHAIN_FIRST,
  COLUMN_DICTIONARY_ENTRIES,
  COLUMN_DICTIONARY_SIZE,
  COLUMN_ENTRIES,
  COLUMN_ENTRY_COUNT,
  COLUMN_LIST,
  COLUMN_TABLE,
  COLUMN_TYPE,
  COLUMN_VALUES,
  COLUMN_WIDTH,
  ENCODING_DICTIONARY,
  ENCODING_PLAIN,
  ENCODING_RUNS,
  PAGE_ADDRESS,
  PAGE_BYTES,
  PAGE_DEFINITION_BYTES,
  PAGE_ENCODING,
  PAGE_MAX,
  PAGE_MIN,
  PAGE_MOST_BYTES,
  PAGE_MOST_ENTRIES,
  PAGE_NULLS,
  PAGE_RAW_BYTES,
  PAGE_RECORD_BYTES,
  PAGE_REPETITION_BYTES,
  PAGE_ROWS,
  PAGE_VALUES,
  TYPE_BOOLEAN,
} from '../src/parquet/kernel-format';
import { Bounds } from './bounds';
import { Bytes } from './bytes';
import { Chain } from './chain';
import { DICTIONARY_HEAD_BYTES, Dictionary } from './dictionary';
import { ENTRY_LAST_CODE, ENTRY_REPEATED } from './entries';
import { Runs } from './runs';
import { Snappy } from './snappy';
import { Values } from './values';

const record: usize = memory.data(PAGE_RECORD_BYTES, 16);

/** The pages of a column chunk, one after the other. */
export class Pages {
  /** Values before compression. */
  static raw: usize = 0;
  /** Numbers of 32 bits, one for each entry of a page. */
  static repetitions: usize = 0;
  static definitions: usize = 0;
  static numbers: usize = 0;
  static output: usize = 0;
  /** Whether values are left as they are, for the host to compress. */
  static isPlain: bool = false;

  static column: usize = 0;
  /** Where the next page begins. */
  static block: usize = 0;
  static at: usize = 0;
  static entry: u32 = 0;

  static get record(): usize {
    return record;
  }

  static open(column: usize): void {
    Chain.close(column + COLUMN_ENTRIES);
    Chain.close(column + COLUMN_VALUES);
    if (load<u32>(column, COLUMN_TABLE) && !Dictionary.paysOff(column))
      store<u32>(column, 0, COLUMN_DICTIONARY_ENTRIES);
    Bounds.open(column);
    Pages.column = column;
    Pages.block = load<u32>(column + COLUMN_ENTRIES, CHAIN_FIRST);
    Pages.at = Pages.block + BLOCK_HEAD_BYTES;
    Pages.entry = 0;
  }

  /** The dictionary as a page, where there is one. */
  static dictionary(): bool {
    const column = Pages.column;
    const size = load<u32>(column, COLUMN_DICTIONARY_SIZE);
    if (!size || !load<u32>(column, COLUMN_DICTIONARY_ENTRIES)) return false;
    const width = load<u32>(column, COLUMN_WIDTH);
    let target = Pages.raw;
    let block: usize = load<u32>(column + COLUMN_VALUES, CHAIN_FIRST);
    let at = block + BLOCK_HEAD_BYTES;
    for (let i: u32 = 0; i < size; i++) {
      while (at >= <usize>load<u32>(block, BLOCK_USED)) {
        block = load<u32>(block, BLOCK_NEXT);
        at = block + BLOCK_HEAD_BYTES;
      }
      at += DICTIONARY_HEAD_BYTES;
      const bytes = width ? width : 4 + load<u32>(at);
      Bytes.copy(target, at, bytes);
      target += bytes;
      at += bytes;
    }
    store<u32>(record, size, PAGE_VALUES);
    Pages.finish(Pages.output, <u32>(target - Pages.raw));
    return true;
  }

  /** Makes the next page with data; false when there is no more. */
  static next(): bool {
    const column = Pages.column;
    const total = load<u32>(column, COLUMN_ENTRY_COUNT);
    if (Pages.entry >= total) return false;
    const isBoolean = load<u32>(column, COLUMN_TYPE) == TYPE_BOOLEAN;
    const inDictionary = load<u32>(column, COLUMN_DICTIONARY_ENTRIES);
    // Booleans have neither dictionary nor bytes.
    const usesNumbers = isBoolean || Pages.entry < inDictionary;
    const end = !isBoolean && usesNumbers ? min(total, inDictionary) : total;
    Bounds.beginPage();
    const bytes = Pages.gather(end, isBoolean, usesNumbers);
    Bounds.endPage();
    store<u32>(record, <u32>Bounds.min, PAGE_MIN);
    store<u32>(record, <u32>Bounds.max, PAGE_MAX);
    const encoding = isBoolean ? ENCODING_RUNS : usesNumbers ? ENCODING_DICTIONARY : ENCODING_PLAIN;
    store<u32>(record, encoding, PAGE_ENCODING);
    const afterLevels = Pages.levels();
    if (isBoolean) Pages.finish(afterLevels, Pages.packBooleans());
    else Pages.finish(afterLevels, usesNumbers ? Pages.packNumbers() : bytes);
    return true;
  }

  /** Takes entries up to `end` or until the page is large enough; returns the bytes of values that are not numbers. */
  static gather(end: u32, isBoolean: bool, usesNumbers: bool): u32 {
    const width = load<u32>(Pages.column, COLUMN_WIDTH);
    const present: u32 = load<u32>(Pages.column, COLUMN_LIST) ? 3 : 1;
    let block = Pages.block;
    let at = Pages.at;
    let used: usize = load<u32>(block, BLOCK_USED);
    let target = Pages.raw;
    const most = target + PAGE_MOST_BYTES;
    let level: usize = 0;
    let number = Pages.numbers;
    let rows: u32 = 0;
    let i = Pages.entry;
    for (; i < end; i++) {
      if (at >= used) {
        block = load<u32>(block, BLOCK_NEXT);
        at = block + BLOCK_HEAD_BYTES;
        used = load<u32>(block, BLOCK_USED);
      }
      const entry = load<u32>(at);
      if (!(entry & ENTRY_REPEATED)) {
        if (level >= (<usize>PAGE_MOST_ENTRIES) << 2 || target >= most) break;
        rows++;
      }
      at += 4;
      const value = <usize>(entry & ~ENTRY_REPEATED);
      store<u32>(Pages.repetitions + level, entry >> 31);
      if (value <= ENTRY_LAST_CODE) store<u32>(Pages.definitions + level, <u32>value);
      else {
        store<u32>(Pages.definitions + level, present);
        Bounds.offer(value);
        if (usesNumbers) {
          store<u32>(number, isBoolean ? <u32>Values.isTrue(value) : Dictionary.number(value));
          number += 4;
        } else {
          const bytes = width ? width : 4 + load<u32>(value);
          Bytes.copy(target, value, bytes);
          target += bytes;
          number += 4;
        }
      }
      level += 4;
    }
    const entries = <u32>(level >> 2);
    Pages.block = block;
    Pages.at = at;
    Pages.entry = i;
    Pages.present = <u32>((number - Pages.numbers) >> 2);
    store<u32>(record, entries, PAGE_VALUES);
    store<u32>(record, entries - Pages.present, PAGE_NULLS);
    store<u32>(record, rows, PAGE_ROWS);
    return <u32>(target - Pages.raw);
  }

  /** Values of the page that are there. */
  static present: u32 = 0;

  /** Levels stand in front and are not compressed. */
  static levels(): usize {
    const entries = load<u32>(record, PAGE_VALUES);
    const isList = load<u32>(Pages.column, COLUMN_LIST) != 0;
    let target = Pages.output;
    if (isList) target = Runs.encode(Pages.repetitions, entries, 1, target);
    const definitions = target;
    target = Runs.encode(Pages.definitions, entries, isList ? 2 : 1, target);
    store<u32>(record, <u32>(definitions - Pages.output), PAGE_REPETITION_BYTES);
    store<u32>(record, <u32>(target - definitions), PAGE_DEFINITION_BYTES);
    return target;
  }

  /** Their width, then numbers of the dictionary. */
  static packNumbers(): u32 {
    const largest = load<u32>(Pages.column, COLUMN_DICTIONARY_SIZE) - 1;
    const width: u32 = largest ? 32 - clz(largest) : 1;
    store<u8>(Pages.raw, width);
    return <u32>(Runs.encode(Pages.numbers, Pages.present, width, Pages.raw + 1) - Pages.raw);
  }

  /** The bytes that follow, then bits. */
  static packBooleans(): u32 {
    const end = Runs.encode(Pages.numbers, Pages.present, 1, Pages.raw + 4);
    store<u32>(Pages.raw, <u32>(end - Pages.raw) - 4);
    return <u32>(end - Pages.raw);
  }

  static finish(target: usize, rawBytes: u32): void {
    let end = target + rawBytes;
    if (Pages.isPlain) Bytes.copy(target, Pages.raw, rawBytes);
    else end = Snappy.compress(Pages.raw, rawBytes, target);
    store<u32>(record, <u32>Pages.output, PAGE_ADDRESS);
    store<u32>(record, <u32>(end - Pages.output), PAGE_BYTES);
    store<u32>(record, <u32>(target - Pages.output) + rawBytes, PAGE_RAW_BYTES);
  }
}
