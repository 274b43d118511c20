import { LRUCache } from 'lru-cache';
import type { LineBlock, ObjectStore } from '@millrace/storage';
import { HEAD_WORDS, LINE_WORDS, MAGIC, PAGE_BYTES, PAGE_WORDS } from './superseded-lines.js';
import type { SupersededObject, SupersededOf } from './versions-task.js';

const NEWLINE = 0x0a;
const SPACE = 0x20;
const WORD = Uint32Array.BYTES_PER_ELEMENT;
/** The head of most objects is no longer. */
const FIRST_READ = 64 << 10;
const INDEXES_KEPT = 64;

/** An object with superseded lines does not fit what is read with it. */
class SupersededFaultError extends Error {
  override readonly name = 'SupersededFaultError';
}

/** The superseded lines of an input, for somebody who reads it from its start to its end. */
export interface SupersededReader {
  /**
   * The bytes of a block, where superseded lines are blank; everything else is at its place. They are valid until the next
   * call, and as long as the block.
   */
  blanked(block: LineBlock): Promise<Buffer>;
}

export type OpenSuperseded = (superseded: SupersededOf) => SupersededReader;

/** Bytes of an object with the lines of a page. */
interface Extent {
  readonly start: number;
  readonly end: number;
}

/** Where an object has the lines of each page, by input and page. */
type Index = ReadonlyMap<number, ReadonlyMap<number, Extent>>;

/**
 * Keeps the indexes of the objects that a thread opened last: the ranges of an export share them.
 *
 * @param stream bytes of an object of the store
 */
export function createSuperseded(stream: ObjectStore['stream']): OpenSuperseded {
  const indexes = new LRUCache<string, Index>({ max: INDEXES_KEPT });

  async function wordsOf({ key, bytes, etag }: SupersededObject, extent: Extent): Promise<Uint32Array> {
    const words = new Uint32Array((extent.end - extent.start) / WORD);
    const content = new Uint8Array(words.buffer);
    let at = 0;
    for await (const chunk of stream(key, extent, { bytes, etag })) {
      content.set(chunk, at);
      at += chunk.length;
    }
    return words;
  }

  async function indexOf(object: SupersededObject): Promise<Index> {
    const known = indexes.get(object.key);
    if (known !== undefined) return known;
    const { key, bytes } = object;
    let words = await wordsOf(object, { start: 0, end: Math.min(bytes, FIRST_READ) });
    const [magic, pages = 0] = words;
    if (magic !== MAGIC) throw new SupersededFaultError(`${key} does not hold superseded lines`);
    const end = WORD * (HEAD_WORDS + pages * PAGE_WORDS);
    if (end > words.byteLength) words = await wordsOf(object, { start: 0, end });
    const index = new Map<number, Map<number, Extent>>();
    let start = end;
    for (let page = 0; page < pages; page += 1) {
      const at = HEAD_WORDS + page * PAGE_WORDS;
      const [input = 0, number = 0, lines = 0] = words.subarray(at, at + PAGE_WORDS);
      const ofInput = index.get(input) ?? new Map<number, Extent>();
      index.set(input, ofInput);
      const extent = { start, end: start + WORD * LINE_WORDS * lines };
      ofInput.set(number, extent);
      start = extent.end;
    }
    indexes.set(key, index);
    return index;
  }

  return ({ input, objects }) => {
    /** The lines of pages in each object; those behind the reader are dropped. */
    const pages = new Map<number, readonly Uint32Array[]>();
    let spare = Buffer.alloc(0);

    async function linesOf(page: number): Promise<readonly Uint32Array[]> {
      const known = pages.get(page);
      if (known !== undefined) return known;
      const lines: Uint32Array[] = [];
      for (const object of objects) {
        const extent = (await indexOf(object)).get(input)?.get(page);
        if (extent !== undefined) lines.push(await wordsOf(object, extent));
      }
      for (const number of pages.keys()) if (number < page - 1) pages.delete(number);
      pages.set(page, lines);
      return lines;
    }

    /** A copy, because the bytes of a block belong to its source. */
    function copyOf(bytes: Buffer): Buffer {
      if (spare.length < bytes.length) spare = Buffer.allocUnsafeSlow(bytes.length);
      spare.set(bytes);
      return spare.subarray(0, bytes.length);
    }

    return {
      async blanked({ bytes, offset }) {
        let result: Buffer | undefined;
        const lastPage = Math.floor((offset + bytes.length - 1) / PAGE_BYTES);
        for (let page = Math.floor(offset / PAGE_BYTES); page <= lastPage; page += 1) {
          const before = offset - page * PAGE_BYTES;
          for (const lines of await linesOf(page)) {
            for (let at = firstFrom(lines, before); at < lines.length; at += LINE_WORDS) {
              const from = (lines[at] ?? 0) - before;
              if (from >= bytes.length) break;
              result ??= copyOf(bytes);
              blank(result, from, from + (lines[at + 1] ?? 0));
            }
          }
        }
        return result ?? bytes;
      },
    };
  };
}

/** The index of the first of the lines that starts at a place or behind it. */
function firstFrom(lines: Uint32Array, place: number): number {
  let low = 0;
  let high = lines.length / LINE_WORDS;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((lines[middle * LINE_WORDS] ?? 0) < place) low = middle + 1;
    else high = middle;
  }
  return low * LINE_WORDS;
}

/** @throws SupersededFaultError for what is not one whole line: blanking it would damage others */
function blank(bytes: Buffer, from: number, to: number): void {
  const begins = from === 0 || bytes[from - 1] === NEWLINE;
  const ends = to === bytes.length || bytes[to] === NEWLINE;
  if (!begins || !ends || to > bytes.length)
    throw new SupersededFaultError('a superseded line is not a line of the input');
  bytes.fill(SPACE, from, to);
}
