import { CellTypeError } from '@millrace/formats';
import type { Scan, ScanStop } from '@millrace/scan';
import type { LinePass } from './line-pass.js';
import type { OpenParts } from './open-parts.js';

const NEWLINE = 0x0a;

/**
 * The hot loop of the scan: chunks of lines to encoded rows for all views of a pass. Lines that the scan finds odd go to
 * `others` in their turn, which evaluates or refuses them.
 *
 * @param blame is given the lines whose rows a part has refused, and throws with the resource that they are of
 */
export function createScanPass(
  scan: Scan,
  viewCount: number,
  parts: OpenParts,
  others: LinePass,
  blame: (lines: Buffer, offset: number) => void,
): LinePass {
  const views = Array.from({ length: viewCount }, (_, view) => view);
  let resources = 0;

  /** Hands the rows of the last run to the parts. */
  function collect(chunk: Buffer, offset: number, from: number, stop: ScanStop): void {
    try {
      for (const view of views) {
        const { bytes, rows } = scan.output(view);
        if (rows > 0) parts.append(view, bytes, rows);
      }
    } catch (error) {
      const to = stop.kind === 'odd' ? stop.oddFrom : stop.position;
      if (error instanceof CellTypeError) blame(chunk.subarray(from, to), offset + from);
      throw error;
    }
  }

  /** Evaluates a chunk of whole lines; returns how many of its bytes are done. */
  function consumeChunk(chunk: Buffer, offset: number): number {
    scan.begin(chunk);
    for (let from = 0; ;) {
      const stop = scan.run(views.map((view) => parts.room(view)));
      collect(chunk, offset, from, stop);
      from = stop.position;
      resources += stop.resources;
      switch (stop.kind) {
        case 'end':
          return chunk.length;
        case 'limit':
          return stop.position;
        case 'full':
          if (parts.full) return stop.position;
          break;
        case 'odd':
          if (parts.full) return stop.oddFrom;
          others.consume(chunk.subarray(stop.oddFrom, stop.oddTo), 0, offset + stop.oddFrom);
          if (parts.full) return Math.min(stop.oddTo + 1, chunk.length);
          break;
        default:
          stop.kind satisfies never;
      }
    }
  }

  return {
    get resources() {
      return resources + others.resources;
    },
    consume(bytes, at, blockOffset) {
      while (at < bytes.length && !parts.full) {
        const end = endOfChunk(bytes, at, scan.mostBytes);
        if (end - at > scan.mostBytes) {
          others.consume(bytes.subarray(at, end), 0, blockOffset + at);
          at = end;
        } else at += consumeChunk(bytes.subarray(at, end), blockOffset + at);
      }
      return at;
    },
  };
}

/** After the last line that ends within `mostBytes`, or after the first line when that is longer. */
function endOfChunk(bytes: Buffer, at: number, mostBytes: number): number {
  if (bytes.length - at <= mostBytes) return bytes.length;
  const last = bytes.lastIndexOf(NEWLINE, at + mostBytes - 1);
  if (last >= at) return last + 1;
  const first = bytes.indexOf(NEWLINE, at + mostBytes);
  return first < 0 ? bytes.length : first + 1;
}
