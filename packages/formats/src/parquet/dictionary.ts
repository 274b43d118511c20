import type { Physical } from './cast.js';
import type { AppendPlain } from './plain.js';
import { ValueBytes } from './value-bytes.js';

const MAX_ENTRIES = 65_536;
const MAX_BYTES = 1 << 20;
/** Uses of an entry on average below which indexes and entries cost more than they save. */
const FEWEST_USES = 2;

/** The distinct values of a column chunk, numbered in the order of their first use. */
export class Dictionary {
  readonly #append: AppendPlain;
  readonly #indexes = new Map<Physical, number>();
  readonly #starts: number[] = [];
  readonly #bytes = new ValueBytes();
  #uses = 0;

  constructor(append: AppendPlain) {
    this.#append = append;
  }

  get size(): number {
    return this.#starts.length;
  }

  get byteLength(): number {
    return this.#bytes.length;
  }

  /** All entries in PLAIN encoding: valid until the next one. */
  get content(): Uint8Array {
    return this.#bytes.content;
  }

  get isFull(): boolean {
    return this.size >= MAX_ENTRIES || this.#bytes.length >= MAX_BYTES;
  }

  get paysOff(): boolean {
    return this.#uses >= FEWEST_USES * this.size;
  }

  indexOf(value: Physical): number {
    this.#uses += 1;
    const known = this.#indexes.get(value);
    if (known !== undefined) return known;
    const index = this.#starts.length;
    this.#indexes.set(value, index);
    this.#starts.push(this.#bytes.length);
    this.#append(this.#bytes, value);
    return index;
  }

  /** One entry in PLAIN encoding. */
  entry(index: number): Uint8Array {
    return this.content.subarray(this.#starts[index], this.#starts[index + 1] ?? this.#bytes.length);
  }
}
