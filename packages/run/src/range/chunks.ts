import type { OpenParts } from './open-parts.js';
import type { Span } from './range-task.js';
import type { LinePass } from './resource-lines.js';

const NEWLINE = 0x0a;

/** How whole lines are cut into chunks for a scan. */
export interface Chunking {
  /** Bytes of a chunk, unless one line alone has more. */
  readonly chunkBytes: number;
  /** The longest chunk that the scan takes: a line that is longer is odd. */
  readonly mostBytes: number;
  /** Lines that are taken one by one, and not by the scan. */
  readonly oneByOne: readonly Span[];
  /** Takes the lines that the scan does not. */
  readonly odd: LinePass;
  readonly parts: Pick<OpenParts, 'full'>;
  /** Takes a chunk of whole lines; returns how many of its bytes are done. */
  consume(chunk: Buffer, offset: number): number;
}

/** `LinePass.consume` for a scan. */
export function consumeByChunks({
  chunkBytes,
  mostBytes,
  oneByOne,
  odd,
  parts,
  consume,
}: Chunking): LinePass['consume'] {
  return (bytes, at, blockOffset, pause) => {
    while (at < bytes.length && !parts.full) {
      const next = nextSpan(oneByOne, blockOffset + at);
      if (next !== undefined && blockOffset + at >= next.from) {
        at = odd.consume(bytes.subarray(0, next.to - blockOffset), at, blockOffset, pause);
      } else {
        const most = Math.min(chunkBytes, (next?.from ?? Infinity) - blockOffset - at);
        const end = endOfChunk(bytes, at, most);
        if (end - at > mostBytes) {
          odd.consume(bytes.subarray(at, end), 0, blockOffset + at);
          at = end;
        } else at += consume(bytes.subarray(at, end), blockOffset + at);
      }
      if (pause?.() === true) break;
    }
    return at;
  };
}

/** The span that an offset lies in, or the first one behind it. */
function nextSpan(spans: readonly Span[], offset: number): Span | undefined {
  let next: Span | undefined;
  for (const span of spans) {
    if (span.to > offset && (next === undefined || span.from < next.from)) next = span;
  }
  return next;
}

/** After the last line that ends within `mostBytes`, or after the first line when that is longer. */
function endOfChunk(bytes: Buffer, at: number, mostBytes: number): number {
  if (bytes.length - at <= mostBytes) return bytes.length;
  const last = bytes.lastIndexOf(NEWLINE, at + mostBytes - 1);
  if (last >= at) return last + 1;
  const first = bytes.indexOf(NEWLINE, at + mostBytes);
  return first < 0 ? bytes.length : first + 1;
}
