import type { Physical } from './cast.js';

/** Smallest and largest value of a column chunk. Binary values have none. */
export class Bounds {
  #min: Physical | undefined;
  #max: Physical | undefined;

  add(value: Physical): void {
    if (value instanceof Uint8Array) return;
    if (this.#min === undefined || precedes(value, this.#min)) this.#min = value;
    if (this.#max === undefined || precedes(this.#max, value)) this.#max = value;
  }

  /** The lower bound of zero is -0 and the upper one is +0, because readers may tell them apart. */
  get min(): Physical | undefined {
    return this.#min === 0 ? -0 : this.#min;
  }

  get max(): Physical | undefined {
    return this.#max === 0 ? 0 : this.#max;
  }
}

const FIRST_SURROGATE = 0xd800;

/**
 * Text is ordered by its UTF-8 bytes, which is by code point. JavaScript compares UTF-16 units; that is the same
 * unless both texts have a surrogate or something above where they first differ.
 */
function precedes(left: Physical, right: Physical): boolean {
  if (typeof left !== 'string' || typeof right !== 'string') return left < right;
  if (left.charCodeAt(0) < FIRST_SURROGATE) {
    if (left.charCodeAt(0) !== right.charCodeAt(0)) return left < right;
  }
  return precedesByCodePoint(left, right);
}

function precedesByCodePoint(left: string, right: string): boolean {
  const shorter = Math.min(left.length, right.length);
  let at = 0;
  while (at < shorter && left.charCodeAt(at) === right.charCodeAt(at)) at += 1;
  if (at === shorter) return left.length < right.length;
  const [a, b] = [left.charCodeAt(at), right.charCodeAt(at)];
  if (a < FIRST_SURROGATE || b < FIRST_SURROGATE) return a < b;
  return Buffer.compare(Buffer.from(left), Buffer.from(right)) < 0;
}
