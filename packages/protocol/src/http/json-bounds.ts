import { refuse } from '../errors/errors.js';

/** How much a JSON text may hold. It is told from the bytes, before anything is made of them. */
export interface JsonBounds {
  /** Objects, lists and the values in them, all levels together. */
  readonly values: number;
  /** Levels of objects and lists. */
  readonly depth: number;
}

/** Deep enough for any ViewDefinition, shallow enough for every function that walks one by recursion. */
export const MAX_JSON_DEPTH = 200;

export interface JsonMeter {
  /** Objects, lists and values that were counted so far. */
  readonly values: number;
  /**
   * Counts the values in the next bytes of a UTF-8 text; it does not check whether the text is JSON.
   *
   * @throws ProtocolError 413 beyond the values, 400 beyond the depth
   */
  read(bytes: Uint8Array): void;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN_LIST = 0x5b;
const OPEN_OBJECT = 0x7b;
const CLOSE_LIST = 0x5d;
const CLOSE_OBJECT = 0x7d;

/**
 * Counts a comma and an opening bracket for a value each: that is one for each value, and one more for each object or
 * list that is empty.
 */
export function createJsonMeter(bounds: JsonBounds): JsonMeter {
  let values = 1;
  let depth = 0;
  let inText = false;
  let isEscaped = false;

  return {
    get values() {
      return values;
    },
    read(bytes) {
      for (const byte of bytes) {
        if (inText) {
          if (isEscaped) isEscaped = false;
          else if (byte === BACKSLASH) isEscaped = true;
          else if (byte === QUOTE) inText = false;
          continue;
        }
        switch (byte) {
          case QUOTE:
            inText = true;
            break;
          case COMMA:
            values += 1;
            break;
          case OPEN_LIST:
          case OPEN_OBJECT:
            values += 1;
            depth += 1;
            if (depth > bounds.depth) throw tooDeep(bounds);
            break;
          case CLOSE_LIST:
          case CLOSE_OBJECT:
            depth -= 1;
            break;
          default:
        }
      }
      if (values > bounds.values) throw tooMany(bounds);
    },
  };
}

function tooDeep({ depth }: JsonBounds): Error {
  const diagnostics = `the body is nested too deeply; expected at most ${depth} levels of objects and lists`;
  return refuse(400, 'too-costly', diagnostics);
}

function tooMany({ values }: JsonBounds): Error {
  const diagnostics = `the body is too large; expected at most ${values} objects, lists and values, all levels together`;
  return refuse(413, 'too-long', diagnostics);
}
