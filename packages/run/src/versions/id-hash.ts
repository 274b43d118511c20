/** A hash of an id in 32 bits, all of which depend on all of its bytes. It is the same in every process. */
export function hashOf(id: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < id.length; at += 1) hash = Math.imul(hash ^ (id[at] ?? 0), 0x01000193);
  // The finalizer of MurmurHash3: FNV alone leaves ids that end alike close together.
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** The share that a hash lies in. It depends on its high bits; tables take the low ones. */
export function shareOf(hash: number, shares: number): number {
  return Math.floor((hash / 2 ** 32) * shares);
}
