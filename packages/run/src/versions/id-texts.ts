const CHUNK_BYTES = 1 << 20;

/** The bytes of ids, one after the other, in memory outside of the JavaScript heap. */
export interface IdTexts {
  /** Adds the next id; the first one is at 0. */
  add(id: Uint8Array): void;
  isAt(place: number, id: Uint8Array): boolean;
}

export function createIdTexts(): IdTexts {
  const chunks: Buffer[] = [];
  /** Of each id: its chunk, its place in it, and its length. */
  let words = new Uint32Array(3 * 1024);
  let count = 0;
  let used = CHUNK_BYTES;

  return {
    add(id) {
      const last = chunks.at(-1);
      if (last === undefined || used + id.length > last.length) {
        chunks.push(Buffer.allocUnsafeSlow(Math.max(CHUNK_BYTES, id.length)));
        used = 0;
      }
      if (3 * count === words.length) {
        const grown = new Uint32Array(2 * words.length);
        grown.set(words);
        words = grown;
      }
      chunks.at(-1)?.set(id, used);
      words[3 * count] = chunks.length - 1;
      words[3 * count + 1] = used;
      words[3 * count + 2] = id.length;
      used += id.length;
      count += 1;
    },
    isAt(place, id) {
      if (words[3 * place + 2] !== id.length) return false;
      const chunk = chunks[words[3 * place] ?? 0];
      const from = words[3 * place + 1] ?? 0;
      for (let at = 0; at < id.length; at += 1) if (chunk?.[from + at] !== id[at]) return false;
      return true;
    },
  };
}
