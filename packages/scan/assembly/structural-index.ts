import { CLOSE_BRACE, COLON, COMMA, NEWLINE } from './chars';
import { KeyTrie } from './key-trie';
import { Scalars } from './scalars';
import { Suspects } from './suspects';
import { Utf8 } from './utf8';

/** The last block of a chunk, filled up with spaces. */
const tailBlock: usize = memory.data(64, 16);
const noBytes: usize = memory.data(16, 16);
/** `{ } : ,` by their low four bits. */
const structuralTable: usize = memory.data<u8>(
  [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x3a, 0x7b, 0x2c, 0x7d, 0, 0],
  16,
);
/**
 * The characters that may follow a backslash, by their low and their high four bits: a bit for each of the
 * high halves 2, 5, 6 and 7. Looking at escapes one by one costs the index 3 to 7 % when every word has one.
 */
const escapeLow: usize = memory.data<u8>([0, 0, 13, 0, 8, 8, 4, 0, 0, 0, 0, 0, 2, 0, 4, 1], 16);
const escapeHigh: usize = memory.data<u8>([0, 0, 1, 0, 0, 2, 4, 8, 0, 0, 0, 0, 0, 0, 0, 0], 16);
/**
 * Vectors that the loop needs, loaded from memory: a `splat` of a constant is rebuilt at each use, which made the index
 * 17 % slower.
 */
const vectors: usize = memory.data<u8>([0x5c, 0x22, 0x20, 0x0f, 0x0a], 16);
const EVEN: u64 = 0x5555555555555555;

export class StructuralIndex {
  /** Where the next newline is noted. */
  static nextNewline: usize = 0;

  /**
   * Finds the addresses of `{ } [ ] : ,` outside strings and of all newlines, 64 bytes at a time. Notes as
   * suspect the bytes that no JSON text has: control characters in strings, escapes that do not exist, text
   * right after a string, and bytes that are not UTF-8. A newline ends every string, so a lone quote damages
   * its own line only.
   *
   * @param index room for one u32 per byte of input, and padding
   * @param ends room for as many: addresses of the entries of newlines, so that a line can be left from anywhere
   * @returns the number of addresses
   */
  static build(input: usize, length: u32, index: usize, ends: usize): u32 {
    let escapeCarry: u64 = 0;
    let stringCarry: u64 = 0;
    let closeCarry: u64 = 0;
    let target = index;
    let pending: bool = false;
    Suspects.clear();
    KeyTrie.hasUnicodeEscapes = false;
    const backslash = v128.load_splat<u8>(vectors);
    const quote = v128.load_splat<u8>(vectors + 1);
    const fold = v128.load_splat<u8>(vectors + 2);
    const low = v128.load_splat<u8>(vectors + 3);
    const newline = v128.load_splat<u8>(vectors + 4);
    StructuralIndex.nextNewline = ends;
    const table = v128.load(structuralTable);
    for (let base: u32 = 0; base < length; base += 64) {
      let p = input + base;
      if (length - base < 64) {
        memory.fill(tailBlock, 0x20, 64);
        memory.copy(tailBlock, p, length - base);
        p = tailBlock;
      }
      const a = v128.load(p);
      const b = v128.load(p, 16);
      const c = v128.load(p, 32);
      const d = v128.load(p, 48);

      let escaped: u64 = escapeCarry;
      const backslashSeen = v128.or(
        v128.or(i8x16.eq(a, backslash), i8x16.eq(b, backslash)),
        v128.or(i8x16.eq(c, backslash), i8x16.eq(d, backslash)),
      );
      // Most blocks have none: without the question the index of observations takes 10 % more time, `observation_flat` as
      // CSV 4 %.
      if (v128.any_true(backslashSeen)) {
        let backslashes = StructuralIndex.equals(a, b, c, d, backslash);
        // A run of backslashes escapes the character after it when its length is odd. Adding the odd starts
        // to the runs carries each to its end, where the parity of the place shows the parity of the length.
        // A loop over the backslashes costs the index 5 % if each word has an escape, and nothing if they are
        // few.
        backslashes &= ~escapeCarry;
        const follows = (backslashes << 1) | escapeCarry;
        const oddStarts = backslashes & ~EVEN & ~follows;
        const sum = oddStarts + backslashes;
        escapeCarry = u64(sum < oddStarts);
        escaped = (EVEN ^ (sum << 1)) & follows;
      } else escapeCarry = 0;
      if (escaped) StructuralIndex.checkEscapes(a, b, c, d, escaped, input, base, length);
      const quotes = StructuralIndex.equals(a, b, c, d, quote) & ~escaped;
      let interior = StructuralIndex.prefixXor(quotes) ^ stringCarry;

      let newlines: u64 = 0;
      // As signed numbers, control characters and all bytes beyond ASCII are less than a space. Most blocks have neither:
      // without the question the index of observations takes 12 % more time, `observation_flat` as CSV 4 %.
      const least = i8x16.min_s(i8x16.min_s(a, b), i8x16.min_s(c, d));
      if (pending || v128.any_true(i8x16.lt_s(least, fold))) {
        const before = base ? v128.load(input + base - 16) : v128.load(noBytes);
        pending = StructuralIndex.checkUtf8(a, b, c, d, before, base, pending);
        const control = StructuralIndex.bits(
          i8x16.lt_u(a, fold),
          i8x16.lt_u(b, fold),
          i8x16.lt_u(c, fold),
          i8x16.lt_u(d, fold),
        );
        newlines = StructuralIndex.equals(a, b, c, d, newline);
        if (control & interior) interior = StructuralIndex.repair(interior, control, newlines, base);
        if (newlines) StructuralIndex.noteNewlines(a, b, c, d, newlines, interior, target);
      }
      stringCarry = <u64>(<i64>interior >> 63);

      const structural = StructuralIndex.brackets(a, b, c, d, table, low, fold) | newlines;
      const closes = quotes & ~interior;
      const glued = ((closes << 1) | closeCarry) & ~structural;
      closeCarry = closes >> 63;
      if (glued) StructuralIndex.checkGlued(input, base, glued);

      let mask = structural & ~interior;
      if (mask) {
        const count = <u32>popcnt(mask);
        const start = <u32>input + base;
        mask = StructuralIndex.push8(target, start, mask);
        if (count > 8) {
          mask = StructuralIndex.push8(target + 32, start, mask);
          if (count > 16) StructuralIndex.pushRest(target + 64, start, mask);
        }
        target += count << 2;
      }
    }
    return <u32>((target - index) >> 2);
  }

  @inline static brackets(a: v128, b: v128, c: v128, d: v128, table: v128, low: v128, fold: v128): u64 {
    return StructuralIndex.bits(
      StructuralIndex.structural(a, table, low, fold),
      StructuralIndex.structural(b, table, low, fold),
      StructuralIndex.structural(c, table, low, fold),
      StructuralIndex.structural(d, table, low, fold),
    );
  }

  @inline static bits(a: v128, b: v128, c: v128, d: v128): u64 {
    return (
      <u64>(<u32>i8x16.bitmask(a)) |
      ((<u64>(<u32>i8x16.bitmask(b))) << 16) |
      ((<u64>(<u32>i8x16.bitmask(c))) << 32) |
      ((<u64>(<u32>i8x16.bitmask(d))) << 48)
    );
  }

  @inline static equals(a: v128, b: v128, c: v128, d: v128, x: v128): u64 {
    return StructuralIndex.bits(i8x16.eq(a, x), i8x16.eq(b, x), i8x16.eq(c, x), i8x16.eq(d, x));
  }

  /**
   * `[` and `{`, `]` and `}` differ in bit 5 alone, and the low four bits tell `{ } : ,` apart, so that one table
   * finds all six. A few control characters match too: the grammar of the line refuses them. Six comparisons cost the index
   * of observations 14 to 18 %, `observation_flat` as CSV 3 to 5 %.
   */
  @inline static structural(v: v128, table: v128, low: v128, fold: v128): v128 {
    const expected = i8x16.swizzle(table, v128.and(v, low));
    return i8x16.eq(expected, v128.or(v, fold));
  }

  /**
   * Every bit becomes the parity of the bits up to it: from quotes to the insides of strings. A loop over the quotes costs
   * the index of observations 32 %, `observation_flat` as CSV 10 %.
   */
  @inline static prefixXor(m: u64): u64 {
    m ^= m << 1;
    m ^= m << 2;
    m ^= m << 4;
    m ^= m << 8;
    m ^= m << 16;
    return m ^ (m << 32);
  }

  /** Notes control characters inside strings, and ends the string at each newline. Rare. */
  static repair(interior: u64, control: u64, newlines: u64, base: u32): u64 {
    let left = control & interior;
    while (left) {
      const bit = left & -left;
      const at = base + <u32>ctz(left);
      Suspects.add(at, at + 1);
      if (newlines & bit) interior ^= ~(bit - 1);
      left = control & interior & ~((bit << 1) - 1);
    }
    return interior;
  }

  /** Notes a block that is not UTF-8; returns whether a character goes on in the next one. */
  static checkUtf8(a: v128, b: v128, c: v128, d: v128, before: v128, base: u32, pending: bool): bool {
    if (!pending && !i8x16.bitmask(v128.or(v128.or(a, b), v128.or(c, d)))) return false;
    const errors = v128.or(
      v128.or(Utf8.errors(a, before), Utf8.errors(b, a)),
      v128.or(Utf8.errors(c, b), Utf8.errors(d, c)),
    );
    if (v128.any_true(errors)) Suspects.add(base > 3 ? base - 3 : 0, base + 64);
    return v128.any_true(Utf8.unfinished(d));
  }

  /** Notes escapes other than `\" \\ \/ \b \f \n \r \t` and `\u` with four hexadecimal digits. */
  static checkEscapes(
    a: v128,
    b: v128,
    c: v128,
    d: v128,
    escaped: u64,
    input: usize,
    base: u32,
    length: u32,
  ): void {
    const known = StructuralIndex.bits(
      StructuralIndex.escapable(a),
      StructuralIndex.escapable(b),
      StructuralIndex.escapable(c),
      StructuralIndex.escapable(d),
    );
    let unknown = escaped & ~known;
    while (unknown) {
      const at = base + <u32>ctz(unknown);
      Suspects.add(at, at + 1);
      unknown &= unknown - 1;
    }
    let unicode = escaped & StructuralIndex.equals(a, b, c, d, i8x16.splat(0x75));
    if (unicode) KeyTrie.hasUnicodeEscapes = true;
    while (unicode) {
      const at = base + <u32>ctz(unicode);
      for (let i: u32 = 1; i <= 4; i++) {
        if (at + i < length && StructuralIndex.isHex(load<u8>(input + at + i))) continue;
        Suspects.add(at, at + 1);
        break;
      }
      unicode &= unicode - 1;
    }
  }

  @inline static escapable(v: v128): v128 {
    const low = i8x16.swizzle(v128.load(escapeLow), v128.and(v, i8x16.splat(15)));
    const high = i8x16.swizzle(v128.load(escapeHigh), i8x16.shr_u(v, 4));
    return i8x16.ne(v128.and(low, high), i8x16.splat(0));
  }

  @inline static isHex(char: u32): bool {
    return char - 0x30 < 10 || (char | 0x20) - 0x61 < 6;
  }

  /** Notes text that follows a string and is not structural, with or without white space between. */
  static checkGlued(input: usize, base: u32, glued: u64): void {
    while (glued) {
      const at = base + <u32>ctz(glued);
      let p = at;
      while (Scalars.isSpace(load<u8>(input + p))) p++;
      const char: u32 = load<u8>(input + p);
      const isNext = char == COMMA || char == COLON || char == NEWLINE || (char | 0x20) == CLOSE_BRACE;
      if (!isNext) Suspects.add(at, at + 1);
      glued &= glued - 1;
    }
  }

  /**
   * Notes where the index will have the newlines of a block, whose entries go to `target`. It looks for
   * brackets again, once for each line: keeping them in the loop cost the index 4 %.
   */
  static noteNewlines(a: v128, b: v128, c: v128, d: v128, newlines: u64, interior: u64, target: usize): void {
    const fold = v128.load_splat<u8>(vectors + 2);
    const low = v128.load_splat<u8>(vectors + 3);
    const brackets = StructuralIndex.brackets(a, b, c, d, v128.load(structuralTable), low, fold);
    const mask = (brackets | newlines) & ~interior;
    let next = StructuralIndex.nextNewline;
    while (newlines) {
      const before = mask & ((newlines & -newlines) - 1);
      store<u32>(next, <u32>target + ((<u32>popcnt(before)) << 2));
      next += 4;
      newlines &= newlines - 1;
    }
    StructuralIndex.nextNewline = next;
  }

  @inline static push(target: usize, start: u32, mask: u64): u64 {
    store<u32>(target, start + <u32>ctz(mask));
    return mask & (mask - 1);
  }

  /**
   * Eight positions without a branch; those past the last one are written over later. A loop over all positions costs the
   * index of observations 3 %.
   */
  @inline static push8(target: usize, start: u32, mask: u64): u64 {
    mask = StructuralIndex.push(target, start, mask);
    mask = StructuralIndex.push(target + 4, start, mask);
    mask = StructuralIndex.push(target + 8, start, mask);
    mask = StructuralIndex.push(target + 12, start, mask);
    mask = StructuralIndex.push(target + 16, start, mask);
    mask = StructuralIndex.push(target + 20, start, mask);
    mask = StructuralIndex.push(target + 24, start, mask);
    return StructuralIndex.push(target + 28, start, mask);
  }

  @inline static pushRest(target: usize, start: u32, mask: u64): void {
    while (mask) {
      mask = StructuralIndex.push(target, start, mask);
      target += 4;
    }
  }
}
