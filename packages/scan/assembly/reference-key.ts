import { KIND_STRING, VALUE_LENGTH, VALUE_START } from '../src/program-format';
import { Bases } from './bases';
import { Bytes } from './bytes';
import { Arena } from './capture-arena';
import { CanonicalText } from './canonical-text';
import { SLASH } from './chars';

/** The bit that makes letters small, `a`, and `-`, before `.`, the slash and the digits. */
const letters: usize = memory.data<u8>([0x20, 0x61, 0x2d], 16);
/** `/_history` is followed by a slash: without that, as a number of eight bytes with the first one lowest. */
const HISTORY: u64 = 0x79726f747369685f;
const MOST_ID: u32 = 64;

/**
 * The id in `Patient/123` and `Patient/123/_history/4`, and in the same behind a base of the source, as a value; 0 for all
 * other forms and for references to another type than `target`, if that is not 0.
 *
 * https://build.fhir.org/ig/HL7/sql-on-fhir/StructureDefinition-ViewDefinition-notes.html
 */
export class ReferenceKey {
  static of(reference: usize, target: usize): usize {
    const length = load<u32>(reference, VALUE_LENGTH);
    if (length <= 64) {
      const raw: usize = load<u32>(reference, VALUE_START);
      const slash = ReferenceKey.onlySlash(raw, length);
      if (slash) return ReferenceKey.make(raw, slash, raw + length, target);
    }
    const text = CanonicalText.of(reference);
    const start: usize = load<u32>(text, VALUE_START);
    const end = start + load<u32>(text, VALUE_LENGTH);
    const relative = Bases.relative(start, end);
    return relative ? ReferenceKey.ofRelative(relative, end, target) : 0;
  }

  static ofRelative(start: usize, end: usize, target: usize): usize {
    let slash = start;
    while (slash < end && ReferenceKey.isLetter(load<u8>(slash))) slash++;
    if (slash == end || load<u8>(slash) != SLASH) return 0;
    const stop = ReferenceKey.endOfId(slash + 1, end);
    if (!stop) return 0;
    if (stop != end) {
      const isVersion = end - stop > 10 && load<u64>(stop, 1) == HISTORY && load<u8>(stop, 9) == SLASH;
      if (!isVersion || ReferenceKey.endOfId(stop + 10, end) != end) return 0;
    }
    return ReferenceKey.make(start, slash, stop, target);
  }

  /** Behind an id that starts there; 0 when none does. */
  static endOfId(start: usize, end: usize): usize {
    let p = start;
    while (p < end) {
      const char: u32 = load<u8>(p);
      if (!ReferenceKey.isLetter(char) && (char - 0x2d > 12 || char == SLASH)) break;
      p++;
    }
    return p > start && p - start <= MOST_ID ? p : 0;
  }

  @inline static isLetter(char: u32): bool {
    return (char | 0x20) - 0x61 <= 25;
  }

  /** The key between a slash and an end, when the type before the slash is the one that is asked for, or any. */
  @inline static make(typeStart: usize, slash: usize, end: usize, target: usize): usize {
    if (target) {
      const length = load<u32>(target, VALUE_LENGTH);
      if (slash - typeStart != length || !Bytes.equal(typeStart, load<u32>(target, VALUE_START), length))
        return 0;
    } else {
      if (<u32>load<u8>(typeStart) - 0x41 > 25) return 0;
      for (let p = typeStart + 1; p < slash; p++) if (!ReferenceKey.isLetter(load<u8>(p))) return 0;
    }
    return Arena.make(slash + 1, <u32>(end - slash - 1), KIND_STRING);
  }

  /**
   * The slash of `Patient/123`, 16 bytes at a time; 0 when it is not the only one, when nothing is before or after it, or
   * when there are characters that are in no id. Most references look like that, and byte by byte they took 12 % of flat
   * views.
   */
  @inline static onlySlash(start: usize, length: u32): usize {
    let slashes: u64 = 0;
    let known: u64 = 0;
    for (let i: u32 = 0; i < length; i += 16) {
      const v = v128.load(start + i);
      const small = i8x16.sub(v128.or(v, v128.load_splat<u8>(letters)), v128.load_splat<u8>(letters + 1));
      const mark = i8x16.sub(v, v128.load_splat<u8>(letters + 2));
      const inId = v128.or(i8x16.le_u(small, i8x16.splat(25)), i8x16.le_u(mark, i8x16.splat(12)));
      slashes |= (<u64>(<u32>i8x16.bitmask(i8x16.eq(mark, i8x16.splat(2))))) << i;
      known |= (<u64>(<u32>i8x16.bitmask(inId))) << i;
    }
    const inside = length < 64 ? ((<u64>1) << length) - 1 : ~(<u64>0);
    slashes &= inside;
    if (!slashes || slashes & (slashes - 1) || ~known & inside) return 0;
    const place = <u32>ctz(slashes);
    return place && place + 1 < length ? start + place : 0;
  }
}
