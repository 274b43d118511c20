/** Choices that look random and are the same for the same seed, on every machine. */
export interface Random {
  /** A whole number from 0 to below `limit`. */
  below(limit: number): number;
  /** True about `percent` times in a hundred. */
  chance(percent: number): boolean;
  pick<T>(from: readonly [T, ...T[]]): T;
}

/** `seed` is any text: seeds that differ in one character give unrelated choices. */
export function createRandom(seed: string): Random {
  let state = 0x9e3779b9;
  for (let at = 0; at < seed.length; at += 1) state = mixed(state ^ seed.charCodeAt(at));
  function below(limit: number): number {
    state = (state + 0x9e3779b9) | 0;
    return Math.floor((mixed(state) / 2 ** 32) * limit);
  }
  return {
    below,
    chance: (percent) => below(100) < percent,
    pick: (from) => from[below(from.length)] ?? from[0],
  };
}

/** Spreads each bit of a number over all 32. */
function mixed(value: number): number {
  let bits = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
