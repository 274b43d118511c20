/**
 * A stream of numbers that depends on its seeds only: the same on every machine and in every version of Node. Every
 * resource has its own, so that any of them can be made without the ones before it.
 */
export class Random {
  #state: number;

  constructor(...seeds: readonly number[]) {
    this.#state = mixed(seeds);
  }

  /** A whole number from 0 to `below - 1`; `below` is at most 2^32. */
  int(below: number): number {
    return Math.floor((this.uint32() / 2 ** 32) * below);
  }

  chance(outOfHundred: number): boolean {
    return this.int(100) < outOfHundred;
  }

  pick<T>(choices: readonly [T, ...T[]]): T {
    return choices[this.int(choices.length)] ?? choices[0];
  }

  /** A counter with a good mixer: one add and a few multiplications a number. */
  uint32(): number {
    this.#state = (this.#state + 0x9e3779b9) | 0;
    return scrambled(this.#state);
  }
}

function mixed(seeds: readonly number[]): number {
  let state = 0x243f6a88;
  for (const seed of seeds) state = scrambled(Math.imul(state ^ seed, 0x01000193) + seed) | 0;
  return state;
}

/** Spreads every input bit over all output bits; the multipliers are those of MurmurHash3's finalizer. */
function scrambled(value: number): number {
  let bits = value;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
