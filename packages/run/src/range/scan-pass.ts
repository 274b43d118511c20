import { CellTypeError } from '@millrace/formats';
import type { Scan } from '@millrace/scan';
import { consumeByChunks } from './chunks.js';
import type { EvaluationProgress } from './evaluation-progress.js';
import type { OpenParts } from './open-parts.js';
import type { Span } from './range-task.js';
import type { LinePass } from './resource-lines.js';

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
    consume: consumeByChunks({
      chunkBytes: beside === undefined ? scan.mostBytes : Math.min(scan.mostBytes, MOST_BESIDE),
      mostBytes: scan.mostBytes,
      oneByOne,
      odd,
      parts,
      consume: consumeChunk,
    }),
  };
}
