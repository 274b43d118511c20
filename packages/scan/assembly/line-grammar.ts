import { NEWLINE } from './chars';
import { Line } from './line';
import { GAP_BLANK, GAP_SCALAR, GAP_STRING, Scalars } from './scalars';

/** Deeper nesting is odd. */
const DEPTH_LIMIT: u32 = 256;
/** For each open bracket: the address of its entry in the index, and the state that its close leads to. */
const open: usize = memory.data(257 * 8, 16);

// States: what the last structural character was, and what it stands in.
const START: u32 = 0;
const OBJECT_OPEN: u32 = 1;
const OBJECT_COMMA: u32 = 2;
const COLON_SEEN: u32 = 3;
const ARRAY_OPEN: u32 = 4;
const ARRAY_COMMA: u32 = 5;
const AFTER_IN_OBJECT: u32 = 6;
const AFTER_IN_ARRAY: u32 = 7;
const END: u32 = 8;
const STATES: u32 = 9;

// Classes of structural characters; 0 is all others.
const OPEN_OBJECT: u32 = 1;
const OPEN_ARRAY: u32 = 2;
const CLOSE_OBJECT: u32 = 3;
const CLOSE_ARRAY: u32 = 4;
const COLON: u32 = 5;
const COMMA: u32 = 6;
const LINE_END: u32 = 7;

const classes: usize = memory.data(256, 16);
/** What follows on a state, a class and a gap (32 entries a state): 0 is odd, else one more than an action. */
const transitions: usize = memory.data(9 * 32, 16);

/** States are small; what opens, closes or ends has a number above them. */
const OPENS_OBJECT: u32 = 16;
const OPENS_ARRAY: u32 = 17;
const CLOSES: u32 = 18;
const ENDS: u32 = 19;

/**
 * The grammar of JSON on structural characters and what stands between them, so that what comes after can trust the
 * line. On the way it notes where each bracket is closed, and to skip a value is one step.
 */
export class LineGrammar {
  static setUp(): void {
    store<u8>(classes + 0x7b, OPEN_OBJECT);
    store<u8>(classes + 0x5b, OPEN_ARRAY);
    store<u8>(classes + 0x7d, CLOSE_OBJECT);
    store<u8>(classes + 0x5d, CLOSE_ARRAY);
    store<u8>(classes + 0x3a, COLON);
    store<u8>(classes + 0x2c, COMMA);
    store<u8>(classes + 0x0a, LINE_END);
    LineGrammar.value(COLON_SEEN, AFTER_IN_OBJECT);
    LineGrammar.value(ARRAY_OPEN, AFTER_IN_ARRAY);
    LineGrammar.value(ARRAY_COMMA, AFTER_IN_ARRAY);
    LineGrammar.allow(START, OPEN_OBJECT, GAP_BLANK, OPENS_OBJECT);
    LineGrammar.allow(OBJECT_OPEN, COLON, GAP_STRING, COLON_SEEN);
    LineGrammar.allow(OBJECT_COMMA, COLON, GAP_STRING, COLON_SEEN);
    LineGrammar.allow(OBJECT_OPEN, CLOSE_OBJECT, GAP_BLANK, CLOSES);
    LineGrammar.allow(ARRAY_OPEN, CLOSE_ARRAY, GAP_BLANK, CLOSES);
    LineGrammar.after(AFTER_IN_OBJECT, GAP_BLANK);
    LineGrammar.after(AFTER_IN_ARRAY, GAP_BLANK);
    LineGrammar.allow(END, LINE_END, GAP_BLANK, ENDS);
  }

  /** A state in which a value is due: one that opens here, or a scalar before what may come after a value. */
  static value(state: u32, then: u32): void {
    LineGrammar.allow(state, OPEN_OBJECT, GAP_BLANK, OPENS_OBJECT);
    LineGrammar.allow(state, OPEN_ARRAY, GAP_BLANK, OPENS_ARRAY);
    for (let gap = GAP_STRING; gap <= GAP_SCALAR; gap++) {
      const inObject = then == AFTER_IN_OBJECT;
      LineGrammar.allow(state, inObject ? CLOSE_OBJECT : CLOSE_ARRAY, gap, CLOSES);
      LineGrammar.allow(state, COMMA, gap, inObject ? OBJECT_COMMA : ARRAY_COMMA);
    }
  }

  static after(state: u32, gap: u32): void {
    const inObject = state == AFTER_IN_OBJECT;
    LineGrammar.allow(state, inObject ? CLOSE_OBJECT : CLOSE_ARRAY, gap, CLOSES);
    LineGrammar.allow(state, COMMA, gap, inObject ? OBJECT_COMMA : ARRAY_COMMA);
  }

  static allow(state: u32, charClass: u32, gap: u32, action: u32): void {
    store<u8>(transitions + (state << 5) + (charClass << 2) + gap, action + 1);
  }

  /**
   * Checks the line that starts at `start` and whose first entry in the index is at `at`.
   *
   * @returns the address of the entry of its newline, or 0 when the line is odd
   */
  static check(start: u32, at: usize): usize {
    // Locals: a global is read again at every step.
    const input = Line.input;
    const partners = Line.partners;
    let state: u32 = START;
    let depth: u32 = 0;
    let gapStart = input + start;
    while (true) {
      const position = input + load<u32>(at);
      const action: u32 = load<u8>(
        transitions +
          (state << 5) +
          ((<u32>load<u8>(classes + load<u8>(position))) << 2) +
          Scalars.gap(gapStart, position),
      );
      gapStart = position + 1;
      if (action <= STATES) {
        if (!action) return 0;
        state = action - 1;
      } else if (action == CLOSES + 1) {
        const frame = open + (--depth << 3);
        store<u32>(<usize>load<u32>(frame) + partners, <u32>at);
        state = load<u32>(frame, 4);
      } else if (action == ENDS + 1) {
        return at;
      } else {
        if (depth == DEPTH_LIMIT) return 0;
        const frame = open + (depth++ << 3);
        store<u32>(frame, <u32>at);
        // What comes after the value is told by what it stands in: arrays have the higher numbers.
        const after = state == START ? END : state == COLON_SEEN ? AFTER_IN_OBJECT : AFTER_IN_ARRAY;
        store<u32>(frame, after, 4);
        state = action == OPENS_OBJECT + 1 ? OBJECT_OPEN : ARRAY_OPEN;
      }
      at += 4;
    }
  }

  /** The entry of the newline that ends a line, from any entry of it. */
  static newlineFrom(at: usize): usize {
    while (Line.byteAt(load<u32>(at)) != NEWLINE) at += 4;
    return at;
  }
}
