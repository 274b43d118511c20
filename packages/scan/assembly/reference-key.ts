import { KIND_STRING, VALUE_LENGTH, VALUE_START } from '../src/program-format';
import { Bytes } from './bytes';
import { Arena } from './capture-arena';
import { CanonicalText } from './canonical-text';
import { HASH, QUESTION, SLASH } from './chars';

/** What makes a reference other than `Type/id`, and the slash of that. */
const specials: usize = memory.data<u8>([0x5c, 0x3f, 0x23, 0x2f], 16);
/** `/_history/` without its slashes, as a number of eight bytes with the first one lowest. */
const HISTORY: u64 = 0x79726f747369685f;

export class ReferenceKey {
  /**
   * The id in `Patient/123`, `https://host/fhir/Patient/123` and `Patient/123/_history/4`, as a value; 0 for all other
   * forms and for references to another type than `target`, if that is not 0. It follows the slashes from the start,
   * so that each byte is looked at once.
   *
   * https://build.fhir.org/ig/HL7/sql-on-fhir/StructureDefinition-ViewDefinition-notes.html
   */
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
    let key = end;
    let stop = end;
    let typeStart = start;
    let segment = start;
    let hasSlash = false;
    for (let p = start; p < end; p++) {
      const char: u32 = load<u8>(p);
      if (char > QUESTION) continue;
      if (char == QUESTION || char == HASH) return 0;
      else if (char == SLASH && stop == end) {
        if (end - p > 9 && load<u64>(p, 1) == HISTORY && load<u8>(p, 9) == SLASH) stop = p;
        else {
          typeStart = segment;
          segment = p + 1;
          key = segment;
          hasSlash = true;
        }
      }
    }
    if (!hasSlash || key == start + 1 || key == stop) return 0;
    return ReferenceKey.make(typeStart, key - 1, stop, target);
  }

  /** The key after a slash, when the type before it is the one that is asked for, or any. */
  @inline static make(typeStart: usize, slash: usize, end: usize, target: usize): usize {
    if (target) {
      const length = load<u32>(target, VALUE_LENGTH);
      if (slash - typeStart != length || !Bytes.equal(typeStart, load<u32>(target, VALUE_START), length))
        return 0;
    } else if (<u32>load<u8>(typeStart) - 0x41 > 25) return 0;
    return Arena.make(slash + 1, <u32>(end - slash - 1), KIND_STRING);
  }

  /**
   * The slash of `Patient/123`, 16 bytes at a time; 0 when it is not the only special character, or nothing is before or
   * after it. Most references look like that, and byte by byte they took 12 % of flat views.
   */
  @inline static onlySlash(start: usize, length: u32): usize {
    let slashes: u64 = 0;
    let others: u64 = 0;
    for (let i: u32 = 0; i < length; i += 16) {
      const v = v128.load(start + i);
      const other = v128.or(
        v128.or(i8x16.eq(v, v128.load_splat<u8>(specials)), i8x16.eq(v, v128.load_splat<u8>(specials + 1))),
        i8x16.eq(v, v128.load_splat<u8>(specials + 2)),
      );
      slashes |= (<u64>(<u32>i8x16.bitmask(i8x16.eq(v, v128.load_splat<u8>(specials + 3))))) << i;
      others |= (<u64>(<u32>i8x16.bitmask(other))) << i;
    }
    const inside = length < 64 ? ((<u64>1) << length) - 1 : ~(<u64>0);
    slashes &= inside;
    if (!slashes || slashes & (slashes - 1) || others & inside) return 0;
    const place = <u32>ctz(slashes);
    return place && place + 1 < length ? start + place : 0;
  }
}
