import { KIND_LIST, KIND_OBJECT, VALUE_KIND, VALUE_LENGTH, VALUE_START } from '../src/program-format';
import { Bytes } from './bytes';
import { Arena } from './capture-arena';
import { BACKSLASH, COMMA, NEWLINE, QUOTE, RETURN } from './chars';
import { EncodeJson } from './encode-json';
import { Escapes } from './escapes';
import { Line } from './line';
import { Output } from './output';
import { Row } from './row';

/**
 * Loaded from memory once a row: a `splat` of a constant is rebuilt for each field, 1 to 2 % of the time of
 * `observation_flat` as CSV.
 */
const specials: usize = memory.data<u8>([0x5c, 0x2c], 16);
/** Two quotes, which stand for an empty field that is alone in its row. */
const NOTHING: u16 = 0x2222;

/** https://www.rfc-editor.org/rfc/rfc4180 with `\n` line ends. */
export class EncodeCsv {
  static row(): void {
    let target = Output.next;
    const width = Row.width;
    const backslash = v128.load_splat<u8>(specials);
    const comma = v128.load_splat<u8>(specials + 1);
    for (let i: u32 = 0; i < width; i++) {
      const value = Row.cell(i);
      const length = value ? load<u32>(value, VALUE_LENGTH) : 0;
      // Quoting can double a field.
      if (!Output.fits(target, 2 * <usize>length + 8)) return;
      if (i) store<u8>(target++, COMMA);
      if (value) target = EncodeCsv.value(target, value, length, backslash, comma);
      if (!target) return;
    }
    if (!Output.fits(target, 3)) return;
    if (width == 1 && target == Output.next) {
      store<u16>(target, NOTHING);
      target += 2;
    }
    store<u8>(target, NEWLINE);
    Output.next = target + 1;
  }

  @inline static value(target: usize, value: usize, length: u32, backslash: v128, comma: v128): usize {
    const kind = load<u32>(value, VALUE_KIND);
    if (kind == KIND_LIST) return EncodeCsv.list(target, load<u32>(value, VALUE_START), length);
    if (kind == KIND_OBJECT) Line.odd = true;
    return EncodeCsv.field(target, load<u32>(value, VALUE_START), length, backslash, comma);
  }

  /**
   * Copies the field and looks for special characters in the same pass; writes it again only when there are any. In two
   * passes `observation_flat` as CSV takes 3 % more time, byte by byte 20 %.
   */
  @inline static field(target: usize, source: usize, length: u32, backslash: v128, comma: v128): usize {
    let special: u32 = 0;
    for (let i: u32 = 0; i < length; i += 16) {
      const v = v128.load(source + i);
      v128.store(target + i, v);
      let mask: u32 = i8x16.bitmask(v128.or(i8x16.eq(v, backslash), i8x16.eq(v, comma)));
      if (length - i < 16) mask &= (1 << (length - i)) - 1;
      special |= mask;
    }
    return special ? EncodeCsv.special(target, source, length) : target + length;
  }

  /** Resolves escapes, and quotes text that needs it. */
  static special(target: usize, source: usize, length: u32): usize {
    if (Bytes.escaped(source, length) && Escapes.hasUnicode(source, length))
      return EncodeCsv.decoded(target, source, length);
    const isQuoted = EncodeCsv.needsQuotes(source, length);
    if (isQuoted) store<u8>(target++, QUOTE);
    for (let i: u32 = 0; i < length; i++) {
      let char: u32 = load<u8>(source + i);
      if (char == BACKSLASH) {
        char = Escapes.meaning(load<u8>(source + ++i));
        if (char == QUOTE) store<u8>(target++, QUOTE);
      }
      store<u8>(target++, char);
    }
    if (isQuoted) store<u8>(target++, QUOTE);
    return target;
  }

  static needsQuotes(source: usize, length: u32): bool {
    for (let i: u32 = 0; i < length; i++) {
      let char: u32 = load<u8>(source + i);
      if (char == COMMA) return true;
      if (char != BACKSLASH) continue;
      char = Escapes.meaning(load<u8>(source + ++i));
      if (char == QUOTE || char == NEWLINE || char == RETURN) return true;
    }
    return false;
  }

  /** A character behind `\u` may be any, also one that asks for quotes. */
  static decoded(target: usize, source: usize, length: u32): usize {
    const text = Arena.text(length);
    if (!text) return 0;
    const decoded = <u32>(Escapes.toText(text, source, length) - text);
    Arena.textNext = text;
    for (let i: u32 = 0; i < decoded; i++) {
      const char: u32 = load<u8>(text + i);
      if (char == COMMA || char == QUOTE || char == NEWLINE || char == RETURN)
        return EncodeCsv.quoted(target, text, decoded);
    }
    Bytes.copy(target, text, decoded);
    return target + decoded;
  }

  /** A list is its JSON text as a field. */
  static list(target: usize, items: usize, count: u32): usize {
    const end = EncodeJson.list(target, items, count);
    if (!end) return 0;
    const length = <u32>(end - target);
    let isQuoted = false;
    for (let p = target; p < end; p++) {
      const char = load<u8>(p);
      if (char == QUOTE || char == COMMA) isQuoted = true;
    }
    if (!isQuoted) return end;
    const text = Arena.text(length);
    if (!text || !Output.fits(target, 2 * <usize>length + 8)) return 0;
    memory.copy(text, target, length);
    return EncodeCsv.quoted(target, text, length);
  }

  static quoted(target: usize, text: usize, length: u32): usize {
    store<u8>(target++, QUOTE);
    for (let i: u32 = 0; i < length; i++) {
      const char = load<u8>(text + i);
      if (char == QUOTE) store<u8>(target++, QUOTE);
      store<u8>(target++, char);
    }
    store<u8>(target++, QUOTE);
    return target;
  }
}
