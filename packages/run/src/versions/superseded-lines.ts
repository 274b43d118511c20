/** Bytes of the content of an input whose superseded lines are stored together. */
export const PAGE_BYTES = 2 ** 26;
const PAGES_OF_INPUT = 2 ** 22;
/** A line has at most 2^26 bytes, so that its length and its place in a page are one number. */
const LENGTHS = 2 ** 27;
const FIRST_ROOM = 16;

/** First word of an object with superseded lines: it tells whether it is one. */
export const MAGIC = 0x4c53524d;
/** Words in front of the pages: the magic one, and how many pages follow. */
export const HEAD_WORDS = 2;
/** Words that name a page: its input, its number in it, and how many lines it has. */
export const PAGE_WORDS = 3;
/** Words of a line: its place in the page and its length. */
export const LINE_WORDS = 2;

/** Lines of inputs that later versions of their resources replace. */
export interface SupersededLines {
  /** @param length without the newline */
  add(input: number, offset: number, length: number): void;
  /**
   * The bytes of an object: a head, the pages in order, and the lines of each page in order. All numbers are unsigned with
   * 32 bits, the lowest byte first.
   */
  encode(): Generator<Uint8Array>;
}

interface Page {
  places: Float64Array;
  count: number;
}

export function createSupersededLines(): SupersededLines {
  const pages = new Map<number, Page>();

  function pageAt(key: number): Page {
    const known = pages.get(key);
    if (known !== undefined) return known;
    const page = { places: new Float64Array(FIRST_ROOM), count: 0 };
    pages.set(key, page);
    return page;
  }

  return {
    add(input, offset, length) {
      const page = pageAt(input * PAGES_OF_INPUT + Math.floor(offset / PAGE_BYTES));
      if (page.count === page.places.length) {
        const grown = new Float64Array(2 * page.count);
        grown.set(page.places);
        page.places = grown;
      }
      page.places[page.count] = (offset % PAGE_BYTES) * LENGTHS + length;
      page.count += 1;
    },
    *encode() {
      const sorted = [...pages].sort(([a], [b]) => a - b);
      const head = [MAGIC, sorted.length];
      for (const [key, { count }] of sorted)
        head.push(Math.floor(key / PAGES_OF_INPUT), key % PAGES_OF_INPUT, count);
      yield bytesOf(Uint32Array.from(head));
      for (const [, { places, count }] of sorted) {
        const lines = new Uint32Array(count * LINE_WORDS);
        for (const [index, place] of places.subarray(0, count).sort().entries()) {
          lines[index * LINE_WORDS] = Math.floor(place / LENGTHS);
          lines[index * LINE_WORDS + 1] = place % LENGTHS;
        }
        yield bytesOf(lines);
      }
    },
  };
}

function bytesOf(words: Uint32Array): Uint8Array {
  return new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
}
