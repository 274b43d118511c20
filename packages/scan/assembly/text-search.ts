import { VALUE_LENGTH, VALUE_START } from '../src/program-format';
import { Bytes } from './bytes';
import { Arena } from './capture-arena';
import { TextUnits } from './text-units';

/**
 * Text in text. Without escapes the bytes of UTF-8 tell, because no character's bytes are found inside those of others;
 * with them it is looked for as UTF-16 units.
 */
export class TextSearch {
  static starts(text: usize, pattern: usize): bool {
    if (TextSearch.areEscaped(text, pattern)) return TextSearch.unitsAt(text, pattern, false);
    const length = load<u32>(pattern, VALUE_LENGTH);
    if (length > load<u32>(text, VALUE_LENGTH)) return false;
    return Bytes.equal(load<u32>(text, VALUE_START), load<u32>(pattern, VALUE_START), length);
  }

  static ends(text: usize, pattern: usize): bool {
    if (TextSearch.areEscaped(text, pattern)) return TextSearch.unitsAt(text, pattern, true);
    const length = load<u32>(pattern, VALUE_LENGTH);
    const all = load<u32>(text, VALUE_LENGTH);
    if (length > all) return false;
    const start: usize = load<u32>(text, VALUE_START) + all - length;
    return Bytes.equal(start, load<u32>(pattern, VALUE_START), length);
  }

  /** The number of characters before the pattern, or -1. */
  static find(text: usize, pattern: usize): i32 {
    if (TextSearch.areEscaped(text, pattern)) return TextSearch.findUnits(text, pattern);
    const start: usize = load<u32>(text, VALUE_START);
    const all = load<u32>(text, VALUE_LENGTH);
    const wanted: usize = load<u32>(pattern, VALUE_START);
    const length = load<u32>(pattern, VALUE_LENGTH);
    for (let at: u32 = 0; at + length <= all; at++) {
      if (Bytes.equal(start + at, wanted, length)) return TextUnits.countCharacters(start, at);
    }
    return -1;
  }

  @inline static areEscaped(text: usize, pattern: usize): bool {
    return (
      Bytes.escaped(load<u32>(text, VALUE_START), load<u32>(text, VALUE_LENGTH)) ||
      Bytes.escaped(load<u32>(pattern, VALUE_START), load<u32>(pattern, VALUE_LENGTH))
    );
  }

  static unitsAt(text: usize, pattern: usize, atEnd: bool): bool {
    const mark = Arena.textNext;
    const units = TextUnits.of(text);
    const count = <u32>(Arena.textNext - units) >> 1;
    const wanted = TextUnits.of(pattern);
    const length = <u32>(Arena.textNext - wanted) >> 1;
    Arena.textNext = mark;
    if (!units || !wanted || length > count) return false;
    return TextUnits.standsAt(units, atEnd ? count - length : 0, wanted, length);
  }

  static findUnits(text: usize, pattern: usize): i32 {
    const mark = Arena.textNext;
    const units = TextUnits.of(text);
    const count = <u32>(Arena.textNext - units) >> 1;
    const wanted = TextUnits.of(pattern);
    const length = <u32>(Arena.textNext - wanted) >> 1;
    Arena.textNext = mark;
    const found = units && wanted ? TextUnits.find(units, count, wanted, length) : -1;
    return found < 0 ? -1 : TextUnits.charactersIn(units, found);
  }
}
