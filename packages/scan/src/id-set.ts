import {
  SET_COUNT,
  SET_HASH_FACTOR,
  SET_MASK,
  SET_SLOTS,
  SET_VERSION,
  CURRENT_SET_VERSION,
} from './program-format.js';

/** Ids of resources as one block of bytes, which host and kernel look into without unpacking it. */
export interface IdSet {
  readonly bytes: Uint8Array;
  readonly count: number;
  has(id: string): boolean;
}

const LONGEST_ID = 64;

/**
 * Writes a set: a table with room for twice as many ids, at the places of their hashes the offsets of the ids, which
 * follow with a byte of length before each. An id of 36 characters takes 45 to 53 bytes.
 *
 * @param ids of letters, digits, `-` and `.`, 64 at most
 */
export function writeIdSet(ids: ReadonlySet<string>): Uint8Array {
  let textBytes = 0;
  for (const id of ids) {
    if (!/^[A-Za-z0-9\-.]{1,64}$/.test(id))
      throw new RangeError(`${JSON.stringify(id)} is not the id of a resource`);
    textBytes += 1 + id.length;
  }
  let slots = 2;
  while (slots < 2 * ids.size) slots *= 2;
  const bytes = new Uint8Array(SET_SLOTS + 4 * slots + textBytes);
  const words = new DataView(bytes.buffer);
  words.setUint32(SET_VERSION, CURRENT_SET_VERSION, true);
  words.setUint32(SET_COUNT, ids.size, true);
  words.setUint32(SET_MASK, slots - 1, true);
  let next = SET_SLOTS + 4 * slots;
  for (const id of ids) {
    let slot = hashOf(id) & (slots - 1);
    while (words.getUint32(SET_SLOTS + 4 * slot, true) !== 0) slot = (slot + 1) & (slots - 1);
    words.setUint32(SET_SLOTS + 4 * slot, next, true);
    bytes[next++] = id.length;
    for (let at = 0; at < id.length; at += 1) bytes[next++] = id.charCodeAt(at);
  }
  return bytes;
}

/** Reads what `writeIdSet` wrote. @throws RangeError when it is something else */
export function readIdSet(bytes: Uint8Array): IdSet {
  const words = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const mask = bytes.length < SET_SLOTS ? 0 : words.getUint32(SET_MASK, true);
  const isWhole = mask > 0 && bytes.length >= SET_SLOTS + 4 * (mask + 1);
  if (!isWhole || words.getUint32(SET_VERSION, true) !== CURRENT_SET_VERSION) {
    throw new RangeError(`${bytes.length} bytes are not a set of ids of version ${CURRENT_SET_VERSION}`);
  }

  function has(id: string): boolean {
    if (id.length > LONGEST_ID) return false;
    for (let slot = hashOf(id) & mask; ; slot = (slot + 1) & mask) {
      const entry = words.getUint32(SET_SLOTS + 4 * slot, true);
      if (entry === 0) return false;
      if (isAt(entry, id)) return true;
    }
  }

  function isAt(entry: number, id: string): boolean {
    if (bytes[entry] !== id.length) return false;
    for (let at = 0; at < id.length; at += 1) {
      if (bytes[entry + 1 + at] !== id.charCodeAt(at)) return false;
    }
    return true;
  }

  return { bytes, count: words.getUint32(SET_COUNT, true), has };
}

/** Four characters at a time, with the last ones filled up by zeros: byte by byte it took three times as long in the kernel. */
function hashOf(id: string): number {
  let hash = id.length;
  for (let at = 0; at < id.length; at += 4) {
    hash = Math.imul(hash ^ wordAt(id, at), SET_HASH_FACTOR);
    hash ^= hash >>> 15;
  }
  return hash >>> 0;
}

function wordAt(id: string, at: number): number {
  let word = 0;
  for (let place = 0; place < 4; place += 1) word |= (id.charCodeAt(at + place) & 0xff) << (8 * place);
  return word;
}
