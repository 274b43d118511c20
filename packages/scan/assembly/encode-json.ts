import {
  FORMAT_NDJSON,
  KIND_LIST,
  KIND_OBJECT,
  KIND_STRING,
  VALUE_KIND,
  VALUE_LENGTH,
  VALUE_START,
} from '../src/program-format';
import { Bytes } from './bytes';
import { BACKSLASH, CLOSE_BRACE, CLOSE_BRACKET, COMMA, NEWLINE, OPEN_BRACKET, QUOTE } from './chars';
import { Escapes } from './escapes';
import { Line } from './line';
import { Output } from './output';
import { Row } from './row';

/** `null` and `,\n` as numbers, first byte lowest. */
const NULL: u32 = 0x6c6c756e;
const SEPARATOR: u16 = 0x0a2c;

export class EncodeJson {
  /** One object a line for NDJSON; for a JSON array each row with the separator before it. */
  static row(format: u32): void {
    let target = Output.next;
    if (format != FORMAT_NDJSON) {
      if (!Output.fits(target, 2)) return;
      store<u16>(target, SEPARATOR);
      target += 2;
    }
    let label = Row.labels;
    const width = Row.width;
    for (let i: u32 = 0; i < width; i++, label += 8) {
      const length = load<u32>(label, 4);
      if (!Output.fits(target, length + 4)) return;
      Bytes.copy(target, load<u32>(label), length);
      target += length;
      const value = Row.cell(i);
      if (value) target = EncodeJson.value(target, value);
      else {
        store<u32>(target, NULL);
        target += 4;
      }
      if (!target) return;
    }
    if (!Output.fits(target, 2)) return;
    store<u8>(target++, CLOSE_BRACE);
    if (format == FORMAT_NDJSON) store<u8>(target++, NEWLINE);
    Output.next = target;
  }

  /** Returns where it ends, or 0 when it does not fit. */
  @inline static value(target: usize, value: usize): usize {
    const kind = load<u32>(value, VALUE_KIND);
    const start: usize = load<u32>(value, VALUE_START);
    const length = load<u32>(value, VALUE_LENGTH);
    if (kind == KIND_LIST) return EncodeJson.list(target, start, length);
    if (kind == KIND_OBJECT) Line.odd = true;
    if (!Output.fits(target, length + 4)) return 0;
    if (kind != KIND_STRING) {
      Bytes.copy(target, start, length);
      return target + length;
    }
    return EncodeJson.text(target, start, length);
  }

  static list(target: usize, items: usize, count: u32): usize {
    if (!Output.fits(target, count + 2)) return 0;
    store<u8>(target++, OPEN_BRACKET);
    for (let i: u32 = 0; i < count; i++) {
      if (i) store<u8>(target++, COMMA);
      target = EncodeJson.item(target, load<u32>(items + (i << 2)), count - i);
      if (!target) return 0;
    }
    store<u8>(target, CLOSE_BRACKET);
    return target + 1;
  }

  /** An item of a list; room for the commas and the bracket after it is kept. */
  static item(target: usize, value: usize, room: u32): usize {
    const kind = load<u32>(value, VALUE_KIND);
    const start: usize = load<u32>(value, VALUE_START);
    const length = load<u32>(value, VALUE_LENGTH);
    if (kind == KIND_OBJECT) Line.odd = true;
    if (!Output.fits(target, <usize>length + room + 4)) return 0;
    if (kind != KIND_STRING) {
      Bytes.copy(target, start, length);
      return target + length;
    }
    return EncodeJson.text(target, start, length);
  }

  /**
   * Copies text and tells whether it has a backslash. A second look at it costs `observation_flat` as NDJSON 1 %, and byte
   * by byte it takes 8 to 12 % more time.
   */
  @inline static copyWatching(target: usize, source: usize, length: u32): bool {
    let special: u32 = 0;
    for (let i: u32 = 0; i < length; i += 16) {
      const v = v128.load(source + i);
      v128.store(target + i, v);
      let mask: u32 = i8x16.bitmask(i8x16.eq(v, i8x16.splat(<i8>BACKSLASH)));
      if (length - i < 16) mask &= (1 << (length - i)) - 1;
      special |= mask;
    }
    return special != 0;
  }

  /** A string in quotes. */
  @inline static text(target: usize, start: usize, length: u32): usize {
    store<u8>(target++, QUOTE);
    let end = target + length;
    if (EncodeJson.copyWatching(target, start, length) && !Escapes.isCanonical(start, length))
      end = Escapes.toCanonical(target, start, length);
    store<u8>(end, QUOTE);
    return end + 1;
  }
}
