import type { PinnedInput, Source } from '../source.js';

/**
 * The ideal places of the cuts between ranges of about `targetBytes` each, wherever lines begin: rising stored offsets
 * `[0, …, input.bytes]`. Gzip cannot be cut.
 */
export function idealCuts({ bytes, compression }: PinnedInput, targetBytes: number): number[] {
  const ranges = compression === 'gzip' ? 1 : Math.max(1, Math.round(bytes / targetBytes));
  return Array.from({ length: ranges + 1 }, (_, at) => Math.floor((at / ranges) * bytes));
}

/**
 * Cuts an input into ranges of whole lines of about `targetBytes` each. It reads only from each cut's ideal
 * place up to the next newline.
 *
 * @param signal ends the lookups, with its reason
 * @returns rising stored offsets `[0, …, input.bytes]`, each the start of a line (or the end of the input)
 */
export async function cutAtLines(
  source: Source,
  input: PinnedInput,
  targetBytes: number,
  signal?: AbortSignal,
): Promise<number[]> {
  const places = idealCuts(input, targetBytes).slice(1, -1);
  const starts = new Set([0]);
  for (let next = 0; next < places.length; next += LOOKUPS_AT_ONCE) {
    signal?.throwIfAborted();
    const some = places.slice(next, next + LOOKUPS_AT_ONCE);
    const found = await Promise.all(some.map((place) => lineStartFrom(source, input, place, signal)));
    for (const start of found) if (start < input.bytes) starts.add(start);
  }
  return [...starts, input.bytes];
}

// On an object store every lookup is a request; a file of 1 TB in 128 MB ranges takes 8,000.
const LOOKUPS_AT_ONCE = 8;
const FIRST_WINDOW_BYTES = 64 * 1024;
const LARGEST_WINDOW_BYTES = 4 * 1024 * 1024;

/** First offset at or after `place`, which is not the start, that follows a newline; or the end of the input. */
export async function lineStartFrom(
  source: Source,
  input: PinnedInput,
  place: number,
  signal?: AbortSignal,
): Promise<number> {
  let at = place - 1;
  let windowBytes = FIRST_WINDOW_BYTES;
  while (at < input.bytes) {
    const end = Math.min(at + windowBytes, input.bytes);
    for await (const chunk of source.read(input, at, end, signal)) {
      const newline = chunk.indexOf(10);
      if (newline >= 0) return at + newline + 1;
      at += chunk.length;
    }
    windowBytes = Math.min(2 * windowBytes, LARGEST_WINDOW_BYTES);
  }
  return input.bytes;
}
