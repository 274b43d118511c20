import { PADDING } from './program-format.js';

/** Whole lines that are indexed at once. Half a mebibyte and its index stay in the second level of the cache. */
export const CHUNK_BYTES = 512 << 10;
/** Programs of real views take a few kilobytes. */
export const PROGRAM_BYTES = 512 << 10;
const INDEX_BYTES = 4 * CHUNK_BYTES + PADDING;
const ARENA_BYTES = 4 << 20;
const TEXT_BYTES = 1 << 20;
const OUTPUT_BYTES = 8 << 20;

/** Where things are in the memory of the kernel. It never grows after that: growing would detach the views on it. */
export interface MemoryLayout {
  readonly program: number;
  readonly input: number;
  readonly index: number;
  /** Where the index has newlines. */
  readonly newlines: number;
  readonly arena: number;
  readonly arenaEnd: number;
  readonly text: number;
  readonly textEnd: number;
  /** The views share it in equal pieces. */
  readonly output: number;
  readonly outputEnd: number;
  /** The ids of a filter, and those of the set within. */
  readonly set: number;
  readonly exempt: number;
  /** Bytes that all this takes. */
  readonly end: number;
}

/** @param setBytes size of the set of ids of a filter, and of the set within */
export function layOut(heapBase: number, setBytes: number, exemptBytes = 0): MemoryLayout {
  let top = heapBase;
  const place = (bytes: number): number => {
    const start = Math.ceil(top / 64) * 64;
    top = start + bytes + PADDING;
    return start;
  };
  const program = place(PROGRAM_BYTES);
  const input = place(CHUNK_BYTES);
  const index = place(INDEX_BYTES);
  // A chunk may hold nothing but newlines.
  const newlines = place(INDEX_BYTES);
  const arena = place(ARENA_BYTES);
  const text = place(TEXT_BYTES);
  const output = place(OUTPUT_BYTES);
  const set = place(setBytes);
  const exempt = place(exemptBytes);
  return {
    program,
    input,
    index,
    newlines,
    arena,
    arenaEnd: arena + ARENA_BYTES,
    text,
    textEnd: text + TEXT_BYTES,
    output,
    outputEnd: output + OUTPUT_BYTES,
    set,
    exempt,
    end: top,
  };
}
