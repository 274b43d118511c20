import { KIND_STRING, VALUE_LENGTH, VALUE_START } from '../src/program-format';
import { Bytes } from './bytes';
import { Arena } from './capture-arena';
import { CanonicalText } from './canonical-text';
import { HASH, QUESTION, SLASH } from './chars';

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
    const slash = key - 1;
    if (target) {
      const length = load<u32>(target, VALUE_LENGTH);
      if (slash - typeStart != length || !Bytes.equal(typeStart, load<u32>(target, VALUE_START), length))
        return 0;
    } else if (<u32>load<u8>(typeStart) - 0x41 > 25) return 0;
    return Arena.make(key, <u32>(stop - key), KIND_STRING);
  }
}
