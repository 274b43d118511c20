const FIRST_CAPACITY = 256;

/** Small non-negative integers in a growing typed array: levels, or indexes into a dictionary. */
export class LevelList {
  #items = new Uint32Array(FIRST_CAPACITY);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** A view of the content: valid until the next append. */
  get content(): Uint32Array {
    return this.#items.subarray(0, this.#length);
  }

  append(item: number): void {
    if (this.#length === this.#items.length) {
      const larger = new Uint32Array(2 * this.#length);
      larger.set(this.#items);
      this.#items = larger;
    }
    this.#items[this.#length] = item;
    this.#length += 1;
  }

  clear(): void {
    this.#length = 0;
  }
}
