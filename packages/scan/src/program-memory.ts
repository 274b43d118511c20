import { ProgramTooLargeError } from './errors.js';
import { PADDING } from './program-format.js';

/** Writes records and text one after the other, and hands out their addresses. Unwritten bytes are zero. */
export class ProgramMemory {
  readonly #bytes: DataView;
  readonly #text = new TextEncoder();
  readonly #start: number;
  readonly #end: number;
  #next: number;

  constructor(memory: WebAssembly.Memory, start: number, bytes: number) {
    this.#bytes = new DataView(memory.buffer);
    this.#start = start;
    this.#end = start + bytes;
    this.#next = start;
  }

  /** @throws ProgramTooLargeError */
  reserve(bytes: number): number {
    const at = Math.ceil(this.#next / 8) * 8;
    this.#next = at + bytes;
    if (this.#next > this.#end) {
      throw new ProgramTooLargeError(this.#next - this.#start, this.#end - this.#start);
    }
    return at;
  }

  word(at: number, value: number): void {
    this.#bytes.setUint32(at, value, true);
  }

  long(at: number, value: bigint): void {
    this.#bytes.setBigUint64(at, value, true);
  }

  /** Bytes followed by padding, which readers of whole vectors see. */
  write(content: Uint8Array): number {
    const at = this.reserve(content.length + PADDING);
    new Uint8Array(this.#bytes.buffer).set(content, at);
    return at;
  }

  utf8(text: string): Uint8Array {
    return this.#text.encode(text);
  }

  words(values: readonly number[]): number {
    const at = this.reserve(4 * values.length);
    for (const [index, value] of values.entries()) this.word(at + 4 * index, value);
    return at;
  }
}
