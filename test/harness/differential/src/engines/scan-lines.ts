import { createScan } from '@millrace/scan';
import type { Scan, ScanProgram } from '@millrace/scan';
import type { Framing } from './framing.js';

const NEWLINE = Buffer.from('\n');

/**
 * The result of a scan over lines: the rows of each view as bytes, and the lines that it leaves to others.
 */
export interface ScannedLines {
  readonly views: readonly { readonly bytes: Buffer; readonly rows: number }[];
  /** Positions in the list of lines; -1 for an offset at which no line starts. */
  readonly left: ReadonlySet<number>;
  /** How often it stopped for a limit, or because there was no room for output. */
  readonly stops: number;
  /** How often the kernel trapped. */
  readonly traps: number;
}

/** Makes a function that runs a program over lines. */
export type LineScanFactory = (
  program: ScanProgram,
  framing: Framing,
) => (lines: readonly Buffer[]) => ScannedLines;

/** Runs a program over lines by the scan, chunk by chunk. */
export const createLineScan: LineScanFactory = (program, framing) => {
  const scan = createScan(program, 'all', framing.outputBytes);
  return (lines) => {
    const parts = program.views.map((): Buffer[] => []);
    const rows = program.views.map(() => 0);
    const left = new Set<number>();
    const trapsBefore = scan.traps;
    let [stops, runs] = [0, 0];

    function runChunk({ bytes, starts }: Chunk): void {
      let from = 0;
      scan.begin(bytes);
      for (;;) {
        const stop = scan.run(framing.limits[runs++ % framing.limits.length]);
        for (const [view, into] of parts.entries()) {
          const output = scan.output(view);
          into.push(Buffer.from(output.bytes));
          rows[view] = (rows[view] ?? 0) + output.rows;
        }
        if (stop.kind === 'end') return;
        if (stop.kind === 'odd') left.add(starts.get(from + stop.oddFrom) ?? -1);
        else stops += 1;
        if (stop.kind === 'limit' && framing.restarts) {
          from += stop.position;
          scan.begin(bytes.subarray(from));
        }
      }
    }

    for (const chunk of chunksOf(lines, framing, scan)) runChunk(chunk);
    const views = parts.map((part, view) => ({ bytes: Buffer.concat(part), rows: rows[view] ?? 0 }));
    return { views, left, stops, traps: scan.traps - trapsBefore };
  };
};

interface Chunk {
  readonly bytes: Buffer;
  /** Where each line begins, and its position in the list. */
  readonly starts: ReadonlyMap<number, number>;
}

function* chunksOf(
  lines: readonly Buffer[],
  { chunkLines, closed }: Framing,
  { mostBytes }: Scan,
): Generator<Chunk> {
  let [at, chunks] = [0, 0];
  while (at < lines.length) {
    const most = chunkLines[chunks++ % chunkLines.length] ?? chunkLines[0];
    const parts: Buffer[] = [];
    const starts = new Map<number, number>();
    let length = 0;
    for (let line = lines[at]; line !== undefined && starts.size < most; line = lines[at]) {
      if (length > 0 && length + line.length + 1 > mostBytes) break;
      starts.set(length, at++);
      parts.push(line, NEWLINE);
      length += line.length + 1;
    }
    yield { bytes: Buffer.concat(parts, closed ? length : length - 1), starts };
  }
}
