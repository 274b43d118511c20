import { LineTooLongError } from '../errors.js';

/** Some whole lines of an input. */
export interface LineBlock {
  /** The lines with their newlines. A view that is valid until the next block is pulled. */
  readonly bytes: Buffer;
  /** Offset of the first byte in the input; in the decompressed input for gzip. */
  readonly offset: number;
  /** Stored bytes of the input that have been read, for progress: the end of the block for plain input. */
  readonly storedOffset: number;
}

export interface BlockLimits {
  /** Key of the input, for messages. */
  readonly key: string;
  /** Lines are gathered up to this size. */
  readonly blockBytes: number;
  readonly maxLineBytes: number;
}

const NEWLINE = 10;
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];
/** At most one, as a thread mostly reads one input at a time. */
const spares: Buffer[] = [];

/**
 * Cuts chunks, which end anywhere, into blocks of whole lines. Most blocks are views of the chunk; only the
 * line that crosses two chunks is copied, together with the rest of its block so that no block is tiny.
 */
export class LineBlocks {
  readonly #limits: BlockLimits;
  /** Offset of the first byte that is not in a block yet. */
  #offset: number;
  #carry: Buffer;
  #carried = 0;

  constructor(limits: BlockLimits, offset: number) {
    this.#limits = limits;
    this.#offset = offset;
    const bytes = 2 * limits.blockBytes;
    const spare = spares.pop();
    this.#carry = spare?.length === bytes ? spare : Buffer.allocUnsafeSlow(bytes);
  }

  /** Leaves its memory to the next reader of lines, once its last block is not used any more. */
  release(): void {
    if (spares.length === 0) spares.push(this.#carry);
    this.#carry = Buffer.alloc(0);
  }

  /** @param storedOffset gives `LineBlock.storedOffset` from the offset of a block's end */
  *take(chunk: Uint8Array, storedOffset: (end: number) => number): Generator<LineBlock> {
    // A Buffer over the same memory, because its searches for a byte are native.
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
    let at = 0;
    if (this.#carried > 0) {
      const firstLine = bytes.indexOf(NEWLINE);
      this.#checkLine(this.#carried + (firstLine < 0 ? bytes.length : firstLine));
      at = firstLine < 0 ? bytes.length : this.#endOfLines(bytes, 0);
      this.#keep(bytes.subarray(0, at));
      if (firstLine < 0) return;
      yield this.#carriedBlock(storedOffset);
    }
    for (let end = this.#endOfLines(bytes, at); end > at; end = this.#endOfLines(bytes, at)) {
      const block = bytes.subarray(at, end);
      at = end;
      yield this.#block(block, storedOffset);
    }
    this.#checkLine(bytes.length - at);
    this.#keep(bytes.subarray(at));
  }

  /** The last line, if it has no newline. */
  *rest(storedOffset: number): Generator<LineBlock> {
    if (this.#carried > 0) yield this.#carriedBlock(() => storedOffset);
  }

  /** End of the last line that ends within a block's size from `at`, else of the line at `at`, else `at`. */
  #endOfLines(bytes: Buffer, at: number): number {
    if (at >= bytes.length) return at;
    const last = bytes.lastIndexOf(NEWLINE, at + this.#limits.blockBytes - 1);
    if (last >= at) return last + 1;
    const first = bytes.indexOf(NEWLINE, at + this.#limits.blockBytes);
    if (first < 0) return at;
    this.#checkLine(first - at);
    return first + 1;
  }

  #carriedBlock(storedOffset: (end: number) => number): LineBlock {
    const block = this.#carry.subarray(0, this.#carried);
    this.#carried = 0;
    return this.#block(block, storedOffset);
  }

  #block(bytes: Buffer, storedOffset: (end: number) => number): LineBlock {
    const isMarked = this.#offset === 0 && BYTE_ORDER_MARK.every((byte, at) => bytes[at] === byte);
    const skipped = isMarked ? BYTE_ORDER_MARK.length : 0;
    const offset = this.#offset + skipped;
    this.#offset += bytes.length;
    return { bytes: bytes.subarray(skipped), offset, storedOffset: storedOffset(this.#offset) };
  }

  #keep(bytes: Buffer): void {
    const length = this.#carried + bytes.length;
    if (length > this.#carry.length) {
      const grown = Buffer.allocUnsafeSlow(2 * length);
      this.#carry.copy(grown, 0, 0, this.#carried);
      this.#carry = grown;
    }
    bytes.copy(this.#carry, this.#carried);
    this.#carried = length;
  }

  #checkLine(length: number): void {
    const { key, maxLineBytes } = this.#limits;
    if (length > maxLineBytes) throw new LineTooLongError(key, this.#offset, maxLineBytes);
  }
}
