import {
  MOST_OTHER_TYPES,
  OTHER_TYPE_BYTES,
  OTHER_TYPE_COUNT,
  OTHER_TYPE_LENGTH,
  OTHER_TYPE_LONGEST,
  OTHER_TYPE_NAME,
  VALUE_LENGTH,
  VALUE_START,
} from '../src/program-format';
import { Bytes } from './bytes';
import { Line } from './line';

/** The first entry counts those for whose names there is no room. */
const table: usize = memory.data(MOST_OTHER_TYPES * OTHER_TYPE_BYTES, 16);

/** Counts resources of types that the views are not over, by type. */
export class OtherTypes {
  static used: u32 = 1;
  /** The type of the last one, which the next one most likely has too. */
  static last: usize = table;

  static table(): usize {
    return table;
  }

  static clear(): void {
    memory.fill(table, 0, MOST_OTHER_TYPES * OTHER_TYPE_BYTES);
    OtherTypes.used = 1;
    OtherTypes.last = table;
  }

  /**
   * `name` is a value that is a string. A name with an escape makes the line odd: another engine resolves it.
   */
  static count(name: usize): void {
    const start: usize = load<u32>(name, VALUE_START);
    const length = load<u32>(name, VALUE_LENGTH);
    if (Bytes.escaped(start, length)) {
      Line.odd = true;
      return;
    }
    if (!OtherTypes.is(OtherTypes.last, start, length)) OtherTypes.last = OtherTypes.entry(start, length);
    store<u32>(OtherTypes.last, load<u32>(OtherTypes.last, OTHER_TYPE_COUNT) + 1, OTHER_TYPE_COUNT);
  }

  @inline static is(entry: usize, start: usize, length: u32): bool {
    return (
      load<u32>(entry, OTHER_TYPE_LENGTH) == length && Bytes.equal(entry + OTHER_TYPE_NAME, start, length)
    );
  }

  static entry(start: usize, length: u32): usize {
    if (!length || length > <u32>OTHER_TYPE_LONGEST) return table;
    const end = table + <usize>OtherTypes.used * OTHER_TYPE_BYTES;
    for (let entry = table + OTHER_TYPE_BYTES; entry < end; entry += OTHER_TYPE_BYTES) {
      if (OtherTypes.is(entry, start, length)) return entry;
    }
    if (OtherTypes.used == <u32>MOST_OTHER_TYPES) return table;
    OtherTypes.used++;
    store<u32>(end, length, OTHER_TYPE_LENGTH);
    Bytes.copy(end + OTHER_TYPE_NAME, start, length);
    return end;
  }
}
