import { CellTypeError } from '@millrace/formats';
import type { Scan } from '@millrace/scan';
import type { EvaluationProgress } from './evaluation-progress.js';
import type { LinePass } from './line-pass.js';
import type { OpenParts } from './open-parts.js';
import type { Span } from './range-task.js';

const NEWLINE = 0x0a;

/** Bytes of lines that go to the scan and then to `beside`, and by which the parts of the latter may grow beyond their limit. */
const MOST_BESIDE = 64 << 10;

export interface ScanPassPorts {
  readonly parts: OpenParts;
  /** Evaluates for all views of the pass, or refuses, the lines that the scan finds odd. */
  readonly odd: LinePass;
  /** Evaluates the other lines for the views that the scan does not take, however full their parts are. */
  readonly beside: LinePass | undefined;
  readonly progress: EvaluationProgress;
  /** Lines that are evaluated one by one, and not by the scan. */
  readonly oneByOne: readonly Span[];
  /** Is given the lines whose rows a part has refused, and throws with the resource that they are of. */
  blame(lines: Buffer, offset: number): void;
}

/**
 * The hot loop of the scan: chunks of lines to encoded rows for views of a pass. All views of the pass have seen the same
 * lines whenever it stops.
 *
 * @param views their positions in the pass, in the order of the program
 */
export function createScanPass(
  scan: Scan,
  views: readonly number[],
  { parts, odd, beside, progress, oneByOne, blame }: ScanPassPorts,
): LinePass {
  const mostBytes = beside === undefined ? scan.mostBytes : Math.min(scan.mostBytes, MOST_BESIDE);
  let resources = 0;

  /** Hands the rows of the last run to the parts. */
  function collect(chunk: Buffer, offset: number, from: number, to: number): void {
    try {
      for (let index = 0; index < views.length; index += 1) {
        const { bytes, rows } = scan.output(index);
        if (rows > 0) parts.append(views[index] as number, bytes, rows);
      }
    } catch (error) {
      if (error instanceof CellTypeError) blame(chunk.subarray(from, to), offset + from);
      throw error;
    }
  }

  /** Evaluates a chunk of whole lines; returns how many of its bytes are done. */
  function consumeChunk(chunk: Buffer, offset: number): number {
    scan.begin(chunk);
    for (let from = 0; ;) {
      progress.lines(offset + from, offset + chunk.length);
      const stop = scan.run(views.map((view) => parts.room(view)));
      const to = stop.kind === 'odd' ? stop.oddFrom : stop.position;
      collect(chunk, offset, from, to);
      beside?.consume(chunk.subarray(from, to), 0, offset + from);
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
          odd.consume(chunk.subarray(stop.oddFrom, stop.oddTo), 0, offset + stop.oddFrom);
          if (parts.full) return Math.min(stop.oddTo + 1, chunk.length);
          break;
        default:
          stop.kind satisfies never;
      }
    }
  }

  return {
    get resources() {
      return resources + odd.resources;
    },
    consume(bytes, at, blockOffset, pause) {
      while (at < bytes.length && !parts.full) {
        const next = nextSpan(oneByOne, blockOffset + at);
        if (next !== undefined && blockOffset + at >= next.from) {
          at = odd.consume(bytes.subarray(0, next.to - blockOffset), at, blockOffset, pause);
        } else {
          const most = Math.min(mostBytes, (next?.from ?? Infinity) - blockOffset - at);
          const end = endOfChunk(bytes, at, most);
          if (end - at > scan.mostBytes) {
            odd.consume(bytes.subarray(at, end), 0, blockOffset + at);
            at = end;
          } else at += consumeChunk(bytes.subarray(at, end), blockOffset + at);
        }
        if (pause?.() === true) break;
      }
      return at;
    },
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
