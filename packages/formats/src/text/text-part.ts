import type { Row } from '@millrace/viewdef';
import type { PartEncoder } from '../part-encoder.js';

/** How a text format lays out rows. */
export interface TextLayout {
  readonly head: string;
  readonly row: (row: Row) => string;
  /** Between two rows. */
  readonly separator: string;
  readonly tail: string;
  /** All of a part without rows, where that is not head and tail. */
  readonly empty?: string;
}

/**
 * Characters collected before they become bytes. Appending to a string and one write is the fastest way from many
 * small strings to bytes, as long as the string stays in the nearest cache: with 32,768 the whole of CSV took a
 * quarter more time.
 */
const CHUNK_CHARACTERS = 8192;
const MAX_BYTES_PER_CHARACTER = 3;
const FIRST_BUFFER_BYTES = 64 * 1024;

/**
 * Buffers of complete parts, for use again. V8 counts the bytes of buffers and marks its whole heap after
 * every few dozen megabytes of new ones, which cost engine threads a tenth of their time.
 */
const spares: Buffer[] = [];
const MOST_SPARES = 8;
const MOST_SPARE_BYTES = 4 << 20;

/**
 * Rows of a text format as UTF-8. A lone surrogate, which UTF-8 cannot hold, becomes U+FFFD.
 */
export class TextPart implements PartEncoder {
  readonly #layout: TextLayout;
  #rows = 0;
  #pending: string;
  #buffer = spares.pop() ?? Buffer.allocUnsafe(FIRST_BUFFER_BYTES);
  #length = 0;
  #taken = 0;

  constructor(layout: TextLayout) {
    this.#layout = layout;
    this.#pending = layout.head;
  }

  get rows(): number {
    return this.#rows;
  }

  /** Characters that are not bytes yet count as one each; exact after `take` and `finish`. */
  get bytes(): number {
    return this.#taken + this.#length + this.#pending.length;
  }

  add(row: Row): void {
    if (this.#rows > 0) this.#pending += this.#layout.separator;
    this.#rows += 1;
    this.#pending += this.#layout.row(row);
    if (this.#pending.length >= CHUNK_CHARACTERS) this.#encodePending();
  }

  append(encoded: Uint8Array, rows: number): void {
    this.#encodePending();
    const bytes = this.#rows === 0 ? encoded.subarray(this.#layout.separator.length) : encoded;
    this.#reserve(bytes.length);
    this.#buffer.set(bytes, this.#length);
    this.#length += bytes.length;
    this.#rows += rows;
  }

  take(atLeast = 1): Uint8Array | undefined {
    if (this.#length + MAX_BYTES_PER_CHARACTER * this.#pending.length < atLeast) return undefined;
    this.#encodePending();
    return this.#length === 0 || this.#length < atLeast ? undefined : this.#handOver();
  }

  finish(): Uint8Array {
    const { tail, empty } = this.#layout;
    // Without rows nothing was taken yet.
    if (this.#rows === 0 && empty !== undefined) this.#pending = empty;
    else this.#pending += tail;
    this.#encodePending();
    return this.#handOver();
  }

  release(): void {
    if (this.#buffer.length <= MOST_SPARE_BYTES && spares.length < MOST_SPARES) spares.push(this.#buffer);
    this.#buffer = Buffer.alloc(0);
  }

  #encodePending(): void {
    this.#reserve(MAX_BYTES_PER_CHARACTER * this.#pending.length);
    this.#length += this.#buffer.write(this.#pending, this.#length, 'utf8');
    this.#pending = '';
  }

  #reserve(bytes: number): void {
    const needed = this.#length + bytes;
    if (needed <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(needed, 2 * this.#buffer.length));
    this.#buffer.copy(larger, 0, 0, this.#length);
    this.#buffer = larger;
  }

  /** The bytes stay where they are until the next row is written over them. */
  #handOver(): Uint8Array {
    const bytes = this.#buffer.subarray(0, this.#length);
    this.#taken += this.#length;
    this.#length = 0;
    return bytes;
  }
}
