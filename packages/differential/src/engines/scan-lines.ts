import { createScan } from '@millrace/scan';
import type { ScanProgram } from '@millrace/scan';

const NEWLINE = Buffer.from('\n');

/** What the scan makes of lines: their rows as bytes, and which lines it leaves to others. */
export interface ScannedLines {
  readonly bytes: Buffer;
  readonly rows: number;
  /** Positions in the list of lines. */
  readonly left: ReadonlySet<number>;
}

/** Runs a program of one view over lines, all in one chunk. */
export function createLineScan(program: ScanProgram): (lines: readonly Buffer[]) => ScannedLines {
  const scan = createScan(program);
  return (lines) => {
    const starts = new Map<number, number>();
    let length = 0;
    for (const [at, line] of lines.entries()) {
      starts.set(length, at);
      length += line.length + 1;
    }
    scan.begin(Buffer.concat(lines.flatMap((line) => [line, NEWLINE])));
    const parts: Buffer[] = [];
    const left = new Set<number>();
    let rows = 0;
    for (;;) {
      const stop = scan.run();
      const output = scan.output(0);
      parts.push(Buffer.from(output.bytes));
      rows += output.rows;
      if (stop.kind === 'odd') left.add(starts.get(stop.oddFrom) ?? -1);
      if (stop.kind === 'end') return { bytes: Buffer.concat(parts), rows, left };
    }
  };
}
