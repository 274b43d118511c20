import { MINUS, PLUS, POINT, QUOTE, RETURN, SPACE, TAB, ZERO } from './chars';

/** The content between two structural characters. */
export const GAP_BLANK: u32 = 0;
export const GAP_STRING: u32 = 1;
export const GAP_SCALAR: u32 = 2;
export const GAP_ODD: u32 = 3;

const TRUE: u32 = 0x65757274;
const NULL: u32 = 0x6c6c756e;
const ALSE: u32 = 0x65736c61;

export class Scalars {
  /**
   * Whether there is a string and nothing else from `start` to `end`, without white space around. The index has refused
   * text right after a string: from quote to quote is one string.
   */
  @inline static isString(start: usize, end: usize): bool {
    return load<u8>(start) == QUOTE && load<u8>(end - 1) == QUOTE && end - start > 1;
  }

  @inline static isBlank(start: usize, end: usize): bool {
    return start == end || Scalars.spacedGap(start, end) == GAP_BLANK;
  }

  @inline static skipSpace(start: usize): usize {
    while (Scalars.isSpace(load<u8>(start))) start++;
    return start;
  }

  /** The end of the text before white space. */
  @inline static skipSpaceBack(end: usize): usize {
    while (Scalars.isSpace(load<u8>(end - 1))) end--;
    return end;
  }

  /** Looks at the bytes from `start` to `end`: nothing, a string, a number or a word, with white space around. */
  @inline static gap(start: usize, end: usize): u32 {
    if (start == end) return GAP_BLANK;
    if (Scalars.isString(start, end)) return GAP_STRING;
    return Scalars.spacedGap(start, end);
  }

  static spacedGap(start: usize, end: usize): u32 {
    start = Scalars.skipSpace(start);
    if (start >= end) return GAP_BLANK;
    end = Scalars.skipSpaceBack(end);
    if (load<u8>(start) != QUOTE) return Scalars.isScalar(start, end) ? GAP_SCALAR : GAP_ODD;
    return Scalars.isOneString(start, end) ? GAP_STRING : GAP_ODD;
  }

  /** From quote to quote; with white space inside there could be two. */
  static isOneString(start: usize, end: usize): bool {
    for (let at = start + 1; at < end; at++) {
      const char = load<u8>(at);
      if (char == 0x5c) at++;
      else if (char == QUOTE) return at + 1 == end;
    }
    return false;
  }

  static isScalar(start: usize, end: usize): bool {
    const length = end - start;
    const first = load<u8>(start);
    if (first == 0x74) return length == 4 && load<u32>(start) == TRUE;
    if (first == 0x6e) return length == 4 && load<u32>(start) == NULL;
    if (first == 0x66) return length == 5 && load<u32>(start, 1) == ALSE;
    return Scalars.isNumber(start, end);
  }

  /** https://www.rfc-editor.org/rfc/rfc8259#section-6 */
  static isNumber(start: usize, end: usize): bool {
    let at = start;
    if (load<u8>(at) == MINUS) at++;
    if (load<u8>(at) == ZERO) at++;
    else if (at == (at = Scalars.digits(at, end))) return false;
    if (at < end && load<u8>(at) == POINT) {
      at++;
      if (at == (at = Scalars.digits(at, end))) return false;
    }
    if (at < end && (load<u8>(at) | 0x20) == 0x65) {
      at++;
      if (at < end && (load<u8>(at) == PLUS || load<u8>(at) == MINUS)) at++;
      if (at == (at = Scalars.digits(at, end))) return false;
    }
    return at == end;
  }

  @inline static digits(at: usize, end: usize): usize {
    while (at < end && <u32>load<u8>(at) - ZERO < 10) at++;
    return at;
  }

  @inline static isSpace(char: u32): bool {
    return char == SPACE || char == TAB || char == RETURN;
  }
}
