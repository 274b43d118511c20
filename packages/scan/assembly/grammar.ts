import { CLOSE_BRACE, CLOSE_BRACKET, COLON, COMMA, OPEN_BRACE, OPEN_BRACKET, QUOTE } from './chars';
import { GAP_BLANK, GAP_ODD, GAP_SCALAR, GAP_STRING } from './scalars';

// Structural characters by numbers: 2 is the bit of those that open, 4 of those that close, 1 of square brackets.
const CLASS_COLON: u32 = 0;
const CLASS_COMMA: u32 = 1;
const CLASS_OPEN_BRACE: u32 = 2;
const CLASS_OPEN_BRACKET: u32 = 3;
const CLASS_CLOSE_BRACE: u32 = 4;
const CLASS_CLOSE_BRACKET: u32 = 5;
export const CLASS_OTHER: u32 = 6;

const classes: usize = memory.data(256, 16);
const gaps: usize = memory.data(256, 16);
const followers: usize = memory.data(64, 16);

/** The grammar of JSON between structural characters, as tables. */
export class Grammar {
  static setUp(): void {
    memory.fill(classes, <u8>CLASS_OTHER, 256);
    memory.fill(gaps, <u8>GAP_SCALAR, 256);
    store<u8>(gaps + QUOTE, GAP_STRING);
    Grammar.setClass(COLON, CLASS_COLON);
    Grammar.setClass(COMMA, CLASS_COMMA);
    Grammar.setClass(OPEN_BRACE, CLASS_OPEN_BRACE);
    Grammar.setClass(OPEN_BRACKET, CLASS_OPEN_BRACKET);
    Grammar.setClass(CLOSE_BRACE, CLASS_CLOSE_BRACE);
    Grammar.setClass(CLOSE_BRACKET, CLASS_CLOSE_BRACKET);

    const opening: u32 = (1 << CLASS_OPEN_BRACE) | (1 << CLASS_OPEN_BRACKET);
    const inObject: u32 = (1 << CLASS_COMMA) | (1 << CLASS_CLOSE_BRACE);
    const inArray: u32 = (1 << CLASS_COMMA) | (1 << CLASS_CLOSE_BRACKET);
    Grammar.setFollowers(0, CLASS_OPEN_BRACE, 1 << CLASS_CLOSE_BRACE, 1 << CLASS_COLON, 0);
    Grammar.setFollowers(0, CLASS_COLON, opening, inObject, inObject);
    Grammar.setFollowers(0, CLASS_COMMA, 0, 1 << CLASS_COLON, 0);
    Grammar.setFollowers(1, CLASS_OPEN_BRACKET, opening | (1 << CLASS_CLOSE_BRACKET), inArray, inArray);
    Grammar.setFollowers(1, CLASS_COMMA, opening, inArray, inArray);
    for (let closing = CLASS_CLOSE_BRACE; closing <= CLASS_CLOSE_BRACKET; closing++) {
      Grammar.setFollowers(0, closing, inObject, 0, 0);
      Grammar.setFollowers(1, closing, inArray, 0, 0);
    }
  }

  static setClass(char: u32, number: u32): void {
    store<u8>(classes + char, number);
    store<u8>(gaps + char, GAP_BLANK);
  }

  static setFollowers(isArray: u32, char: u32, blank: u32, string: u32, scalar: u32): void {
    const at = followers + ((isArray << 5) | (char << 2));
    store<u8>(at + GAP_BLANK, blank);
    store<u8>(at + GAP_STRING, string);
    store<u8>(at + GAP_SCALAR, scalar);
    store<u8>(at + GAP_ODD, 0);
  }

  @inline static classOf(place: usize): u32 {
    return load<u8>(classes + load<u8>(place));
  }

  /** What a gap that begins there is, if it is not a scalar or white space. */
  @inline static gapAt(place: usize): u32 {
    return load<u8>(gaps + load<u8>(place));
  }

  /** Which characters may follow on one with such a gap between, as bits by their numbers. */
  @inline static followers(isArray: u32, char: u32, gap: u32): u32 {
    return load<u8>(followers + ((isArray << 5) | (char << 2) | gap));
  }
}
