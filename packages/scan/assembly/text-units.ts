import { KIND_STRING, VALUE_LENGTH, VALUE_START } from '../src/program-format';
import { Arena } from './capture-arena';
import { BACKSLASH } from './chars';
import { Escapes } from './escapes';

/**
 * Text as UTF-16, as JavaScript has it. FHIRPath counts characters: one beyond the first 65,536 has two units, which no
 * function takes apart. A surrogate without its other half is a character.
 */
export class TextUnits {
  /** How many characters a text in JSON has. */
  static countCharacters(start: usize, length: u32): u32 {
    const end = start + length;
    let count: u32 = 0;
    for (let p = start; p < end; count++) {
      const char: u32 = load<u8>(p);
      if (char == BACKSLASH) {
        Escapes.characterAt(p, end);
        p = Escapes.next;
      } else if (char < 0x80) p++;
      else p += char < 0xe0 ? 2 : char < 0xf0 ? 3 : 4;
    }
    return count;
  }

  /** How many of `count` units the first `characters` have: all of them, if there are fewer characters. */
  static unitsOf(units: usize, count: u32, characters: u32): u32 {
    let place: u32 = 0;
    for (let left = characters; left && place < count; left--) place += TextUnits.width(units, place, count);
    return place;
  }

  /** How many characters the first `count` units are. */
  static charactersIn(units: usize, count: u32): u32 {
    let characters: u32 = 0;
    for (let place: u32 = 0; place < count; characters++) place += TextUnits.width(units, place, count);
    return characters;
  }

  @inline static width(units: usize, place: u32, count: u32): u32 {
    return TextUnits.isPair(units, place, count) ? 2 : 1;
  }

  /** Puts the units of a text into the room for text; 0 when there is no room. */
  static of(value: usize): usize {
    let p: usize = load<u32>(value, VALUE_START);
    const length = load<u32>(value, VALUE_LENGTH);
    const units = Arena.text(length << 1);
    if (!units) return 0;
    const end = p + length;
    let target = units;
    while (p < end) {
      const code = TextUnits.characterAt(p, end);
      p = Escapes.next;
      target = TextUnits.put(target, code);
    }
    Arena.textNext = target;
    return units;
  }

  /** The code point at `p`; `Escapes.next` is the address after it. */
  static characterAt(p: usize, end: usize): u32 {
    const char: u32 = load<u8>(p);
    if (char == BACKSLASH) return Escapes.characterAt(p, end);
    if (char < 0x80) {
      Escapes.next = p + 1;
      return char;
    }
    const second: u32 = load<u8>(p, 1) & 0x3f;
    if (char < 0xe0) {
      Escapes.next = p + 2;
      return ((char & 0x1f) << 6) | second;
    }
    const third: u32 = load<u8>(p, 2) & 0x3f;
    if (char < 0xf0) {
      Escapes.next = p + 3;
      return ((char & 0xf) << 12) | (second << 6) | third;
    }
    Escapes.next = p + 4;
    return ((char & 7) << 18) | (second << 12) | (third << 6) | (<u32>load<u8>(p, 3) & 0x3f);
  }

  @inline static put(target: usize, code: u32): usize {
    if (code < 0x10000) {
      store<u16>(target, code);
      return target + 2;
    }
    store<u16>(target, 0xd7c0 + (code >> 10));
    store<u16>(target, 0xdc00 | (code & 0x3ff), 2);
    return target + 4;
  }

  @inline static at(units: usize, place: u32): u32 {
    return load<u16>(units + ((<usize>place) << 1));
  }

  /** Whether the units at a place and the next are one character. */
  @inline static isPair(units: usize, place: u32, count: u32): bool {
    if (place + 1 >= count) return false;
    return TextUnits.at(units, place) >> 10 == 0x36 && TextUnits.at(units, place + 1) >> 10 == 0x37;
  }

  /**
   * A string value of units. The text from `mark` on, such as the units, is given up. 0 when there is no
   * room.
   */
  static toValue(units: usize, count: u32, mark: usize): usize {
    const text = Arena.text(6 * count);
    if (!text) return 0;
    let target = text;
    for (let i: u32 = 0; i < count; i++) {
      let code = TextUnits.at(units, i);
      if (TextUnits.isPair(units, i, count))
        code = 0x10000 + ((code & 0x3ff) << 10) + (TextUnits.at(units, ++i) & 0x3ff);
      target = Escapes.putJson(target, code);
    }
    const length = <u32>(target - text);
    memory.copy(mark, text, length);
    Arena.textNext = mark + length;
    return Arena.make(mark, length, KIND_STRING);
  }

  /** At which unit a pattern is found first; -1 when it is not. */
  static find(units: usize, count: u32, pattern: usize, length: u32): i32 {
    for (let at: u32 = 0; at + length <= count; at++) {
      if (TextUnits.standsAt(units, at, pattern, length)) return at;
    }
    return -1;
  }

  static standsAt(units: usize, at: u32, pattern: usize, length: u32): bool {
    for (let i: u32 = 0; i < length; i++) {
      if (TextUnits.at(units, at + i) != TextUnits.at(pattern, i)) return false;
    }
    return true;
  }

  /** The order of two texts by code point, in which surrogates come after all other units. */
  static order(left: usize, right: usize): i32 {
    const mark = Arena.textNext;
    const a = TextUnits.of(left);
    const count = <u32>(Arena.textNext - a) >> 1;
    const b = TextUnits.of(right);
    const other = <u32>(Arena.textNext - b) >> 1;
    Arena.textNext = mark;
    if (!a || !b) return 0;
    const shared = min(count, other);
    for (let i: u32 = 0; i < shared; i++) {
      const x = TextUnits.at(a, i);
      const y = TextUnits.at(b, i);
      if (x != y) return TextUnits.rank(x) < TextUnits.rank(y) ? -1 : 1;
    }
    return count == other ? 0 : count < other ? -1 : 1;
  }

  @inline static rank(unit: u32): u32 {
    return Escapes.isSurrogate(unit) ? unit + 0x10000 : unit;
  }
}
