import type { CopyScan } from '@millrace/scan';
import { consumeByChunks } from '../range/chunks.js';
import type { EvaluationProgress } from '../range/evaluation-progress.js';
import type { OpenParts } from '../range/open-parts.js';
import type { Span } from '../range/range-task.js';
import type { LinePass } from '../range/resource-lines.js';

const NEWLINE = Buffer.from('\n');

type Extent = ReturnType<CopyScan['extents']>[number];

export interface CopyPassPorts {
  readonly parts: OpenParts;
  /** Copies, or refuses, the lines that the scan finds odd. */
  readonly odd: LinePass;
  readonly progress: EvaluationProgress;
  /** Lines that are taken one by one, and not by the scan. */
  readonly oneByOne: readonly Span[];
  /** Whether a line that passes is copied, without its newline. Undefined: all are. */
  readonly keeps: ((line: Buffer) => boolean) | undefined;
  /** Takes each line that passes, without its newline, however full the parts are. Undefined: lines are copied as they are. */
  readonly each: ((line: Buffer, offset: number) => void) | undefined;
}

/** The hot loop of copying: chunks of lines to the stretches of them that pass the filter. */
export function createCopyPass(
  scan: CopyScan,
  { parts, odd, progress, oneByOne, keeps, each }: CopyPassPorts,
): LinePass {
  let resources = 0;

  /** Copies the lines of the last run. */
  function collect(chunk: Buffer, offset: number): void {
    for (const extent of scan.extents()) {
      for (const { from, to, lines } of keeps === undefined ? [extent] : keptOf(chunk, extent, keeps)) {
        resources += lines;
        if (each !== undefined) takeEach(chunk, offset, from, to, each);
        else parts.append(0, withNewline(chunk, from, to), lines);
      }
    }
  }

  function consumeChunk(chunk: Buffer, offset: number): number {
    scan.begin(chunk);
    for (let from = 0; ;) {
      progress.lines(offset + from, offset + chunk.length);
      const stop = scan.run(parts.room(0));
      collect(chunk, offset);
      from = stop.position;
      switch (stop.kind) {
        case 'end':
          return chunk.length;
        case 'limit':
          return stop.position;
        case 'full':
          throw new Error('the scan has no room for lines that it copies');
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
    consume: consumeByChunks({
      chunkBytes: scan.mostBytes,
      mostBytes: scan.mostBytes,
      oneByOne,
      odd,
      parts,
      consume: consumeChunk,
    }),
  };
}

/** The stretches of an extent whose lines are kept. */
function* keptOf(
  chunk: Buffer,
  { from, to }: Pick<Extent, 'from' | 'to'>,
  keeps: NonNullable<CopyPassPorts['keeps']>,
): Generator<Extent> {
  let [start, lines] = [from, 0];
  for (let at = from; at < to;) {
    const newline = chunk.indexOf(NEWLINE, at);
    const end = newline < 0 ? chunk.length : newline;
    if (keeps(chunk.subarray(at, end))) lines += 1;
    else {
      if (lines > 0) yield { from: start, to: at, lines };
      [start, lines] = [end + 1, 0];
    }
    at = end + 1;
  }
  if (lines > 0) yield { from: start, to, lines };
}

/** Hands on the lines of an extent one by one. */
function takeEach(
  chunk: Buffer,
  offset: number,
  from: number,
  to: number,
  take: NonNullable<CopyPassPorts['each']>,
): void {
  for (let at = from; at < to;) {
    const newline = chunk.indexOf(NEWLINE, at);
    const end = newline < 0 ? chunk.length : newline;
    take(chunk.subarray(at, end), offset + at);
    at = end + 1;
  }
}

/** An extent; the last line of a chunk may lack its newline. */
function withNewline(chunk: Buffer, from: number, to: number): Uint8Array {
  const lines = chunk.subarray(from, to);
  return to <= chunk.length ? lines : Buffer.concat([lines, NEWLINE]);
}

/** Copies one line. */
export function appendLine(parts: OpenParts, line: Uint8Array): void {
  parts.append(0, Buffer.concat([line, NEWLINE]), 1);
}
