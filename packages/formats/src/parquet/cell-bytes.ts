import { CELL_HEAD_BYTES, CELL_KIND_BITS, CELL_ROW_BYTES } from '@millrace/scan';

const FIRST_CAPACITY = 1024;
const BYTES_PER_CHARACTER = 3;

/** Rows as cells, in one growing buffer: see the cell format of @millrace/scan. */
export class CellBytes {
  #buffer = Buffer.allocUnsafeSlow(FIRST_CAPACITY);
  /** On the same memory: several times faster for 64-bit values than the methods of Buffer. */
  #view = new DataView(this.#buffer.buffer);
  #length = 0;
  #row = 0;

  get length(): number {
    return this.#length;
  }

  /** A view of the content: valid until the next append. */
  get content(): Uint8Array {
    return this.#buffer.subarray(0, this.#length);
  }

  clear(): void {
    this.#length = 0;
  }

  beginRow(): void {
    this.#ensure(CELL_ROW_BYTES);
    this.#row = this.#length;
    this.#length += CELL_ROW_BYTES;
  }

  endRow(): void {
    this.#view.setUint32(this.#row, this.#length - this.#row, true);
  }

  appendHead(kind: number, length: number): void {
    this.#ensure(CELL_HEAD_BYTES);
    this.#view.setUint32(this.#length, (length << CELL_KIND_BITS) | kind, true);
    this.#length += CELL_HEAD_BYTES;
  }

  /** UTF-8 behind its head. A lone surrogate becomes U+FFFD. */
  appendText(kind: number, text: string): void {
    this.#ensure(CELL_HEAD_BYTES + BYTES_PER_CHARACTER * text.length);
    const start = this.#length + CELL_HEAD_BYTES;
    const bytes = this.#buffer.write(text, start, 'utf8');
    this.#view.setUint32(this.#length, (bytes << CELL_KIND_BITS) | kind, true);
    this.#length = start + bytes;
  }

  appendBytes(kind: number, bytes: Uint8Array): void {
    this.appendHead(kind, bytes.length);
    this.#ensure(bytes.length);
    this.#buffer.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  appendInt32(kind: number, value: number): void {
    this.appendHead(kind, 4);
    this.#ensure(4);
    this.#view.setInt32(this.#length, value, true);
    this.#length += 4;
  }

  appendInt64(kind: number, value: bigint): void {
    this.appendHead(kind, 8);
    this.#ensure(8);
    this.#view.setBigInt64(this.#length, value, true);
    this.#length += 8;
  }

  appendFloat(kind: number, value: number): void {
    this.appendHead(kind, 4);
    this.#ensure(4);
    this.#view.setFloat32(this.#length, value, true);
    this.#length += 4;
  }

  appendDouble(kind: number, value: number): void {
    this.appendHead(kind, 8);
    this.#ensure(8);
    this.#view.setFloat64(this.#length, value, true);
    this.#length += 8;
  }

  #ensure(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.#buffer.length));
    this.#buffer.copy(larger, 0, 0, this.#length);
    this.#buffer = larger;
    this.#view = new DataView(larger.buffer);
  }
}
