import { BACKSLASH, NEWLINE, QUOTE, RETURN, SLASH, SPACE, TAB } from './chars';

const UNICODE: u32 = 0x75;
/** `\u00` as a number, first byte lowest. */
const UNICODE_PREFIX: u32 = 0x3030755c;
const REPLACEMENT: u32 = 0xfffd;

/**
 * The escapes in text, as it stands between the quotes of JSON. No result is longer than its input. The
 * structural index has refused escapes that do not exist.
 *
 * https://www.rfc-editor.org/rfc/rfc8259#section-7
 */
export class Escapes {
  /** Where the character that `characterAt` has read ends. */
  static next: usize = 0;

  /** The character that a backslash and this letter stand for. The letter is not `u`. */
  @inline static meaning(escape: u32): u32 {
    if (escape == 0x6e) return NEWLINE;
    if (escape == 0x74) return TAB;
    if (escape == 0x72) return RETURN;
    if (escape == 0x62) return 8;
    if (escape == 0x66) return 12;
    return escape;
  }

  static hasUnicode(start: usize, length: u32): bool {
    const end = start + length;
    for (let p = start; p < end; p++) {
      if (load<u8>(p) != BACKSLASH) continue;
      if (load<u8>(++p) == UNICODE) return true;
    }
    return false;
  }

  /** The code point of the escape at `p`. Two escapes may be one character; a lone surrogate is given as it is. */
  static characterAt(p: usize, end: usize): u32 {
    Escapes.next = p + 2;
    if (load<u8>(p, 1) != UNICODE) return Escapes.meaning(load<u8>(p, 1));
    const unit = Escapes.unitAt(p + 2);
    const after = p + 6;
    Escapes.next = after;
    if (unit >> 10 != 0x36 || end - after < 6) return unit;
    if (load<u8>(after) != BACKSLASH || load<u8>(after, 1) != UNICODE) return unit;
    const low = Escapes.unitAt(after + 2);
    if (low >> 10 != 0x37) return unit;
    Escapes.next = after + 6;
    return 0x10000 + ((unit & 0x3ff) << 10) + (low & 0x3ff);
  }

  /** The text that is meant, as UTF-8; a lone surrogate has no form there. Returns where it ends. */
  static toText(target: usize, source: usize, length: u32): usize {
    const end = source + length;
    while (source < end) {
      const char: u32 = load<u8>(source);
      if (char != BACKSLASH) {
        store<u8>(target++, char);
        source++;
        continue;
      }
      const code = Escapes.characterAt(source, end);
      target = Escapes.putUtf8(target, Escapes.isSurrogate(code) ? REPLACEMENT : code);
      source = Escapes.next;
    }
    return target;
  }

  /** Whether every escape is the one that a writer of JSON would choose: `\/` and `\u0041` have shorter forms. */
  static isCanonical(start: usize, length: u32): bool {
    const end = start + length;
    for (let p = start; p < end; p++) {
      if (load<u8>(p) != BACKSLASH) continue;
      const char = load<u8>(++p);
      if (char == SLASH || char == UNICODE) return false;
    }
    return true;
  }

  /** The same text with the escapes that `JSON.stringify` chooses. Returns where it ends. */
  static toCanonical(target: usize, source: usize, length: u32): usize {
    const end = source + length;
    while (source < end) {
      const char: u32 = load<u8>(source);
      if (char != BACKSLASH) {
        store<u8>(target++, char);
        source++;
        continue;
      }
      target = Escapes.putJson(target, Escapes.characterAt(source, end));
      source = Escapes.next;
    }
    return target;
  }

  /** Puts a character as `JSON.stringify` writes it: at most six bytes. */
  static putJson(target: usize, code: u32): usize {
    const isSurrogate = Escapes.isSurrogate(code);
    if (!isSurrogate && code >= SPACE && code != QUOTE && code != BACKSLASH)
      return Escapes.putUtf8(target, code);
    const letter = Escapes.letterOf(code);
    if (letter) {
      store<u8>(target, BACKSLASH);
      store<u8>(target, letter, 1);
      return target + 2;
    }
    store<u32>(target, UNICODE_PREFIX);
    if (isSurrogate) {
      store<u8>(target, 0x64, 2);
      store<u8>(target, Escapes.hexDigit(code >> 8), 3);
    }
    store<u8>(target, Escapes.hexDigit(code >> 4), 4);
    store<u8>(target, Escapes.hexDigit(code), 5);
    return target + 6;
  }

  /** At most four bytes; a surrogate has three, as if it were a character. */
  static putUtf8(target: usize, code: u32): usize {
    if (code < 0x80) {
      store<u8>(target, code);
      return target + 1;
    }
    if (code < 0x800) {
      store<u8>(target, 0xc0 | (code >> 6));
      store<u8>(target, 0x80 | (code & 0x3f), 1);
      return target + 2;
    }
    if (code < 0x10000) {
      store<u8>(target, 0xe0 | (code >> 12));
      store<u8>(target, 0x80 | ((code >> 6) & 0x3f), 1);
      store<u8>(target, 0x80 | (code & 0x3f), 2);
      return target + 3;
    }
    store<u8>(target, 0xf0 | (code >> 18));
    store<u8>(target, 0x80 | ((code >> 12) & 0x3f), 1);
    store<u8>(target, 0x80 | ((code >> 6) & 0x3f), 2);
    store<u8>(target, 0x80 | (code & 0x3f), 3);
    return target + 4;
  }

  @inline static isSurrogate(code: u32): bool {
    return code >> 11 == 0x1b;
  }

  /** The letter that stands for a character behind a backslash, or 0. */
  static letterOf(code: u32): u32 {
    if (code == QUOTE || code == BACKSLASH) return code;
    if (code == NEWLINE) return 0x6e;
    if (code == TAB) return 0x74;
    if (code == RETURN) return 0x72;
    if (code == 8) return 0x62;
    return code == 12 ? 0x66 : 0;
  }

  static unitAt(p: usize): u32 {
    let unit: u32 = 0;
    for (let i: usize = 0; i < 4; i++) {
      const char: u32 = load<u8>(p + i);
      // Letters have bit 6, and their low four bits begin with 1 for a.
      unit = (unit << 4) | ((char & 0xf) + (char >> 6) * 9);
    }
    return unit;
  }

  @inline static hexDigit(bits: u32): u32 {
    const digit = bits & 0xf;
    return digit < 10 ? digit + 0x30 : digit + 0x57;
  }
}
