import { createPartEncoder } from '@millrace/formats';
import type { PartEncoder } from '@millrace/formats';
import { createResourceParser } from '@millrace/viewdef';
import type { Cell, CompiledView } from '@millrace/viewdef';
import { byScan } from './both-engines.js';

const NEWLINE = 0x0a;

/** One view over the same lines by both engines. */
export interface BothFiles {
  /** Parquet of the cells that the scan makes. */
  readonly scanned: Buffer;
  /** Parquet of the rows of generated code. */
  readonly generated: Buffer;
  /** The rows of generated code. */
  readonly rows: readonly (readonly Cell[])[];
  /** How many lines the scan leaves to others; they are in neither file. */
  readonly left: number;
}

export function bothParquetFiles(view: CompiledView, input: Buffer): BothFiles {
  const { rows: cells, left } = byScan([view], 'parquet', input);
  const scanned = parquet(view);
  scanned.append(cells[0] ?? Buffer.alloc(0), countRows(cells[0] ?? Buffer.alloc(0)));
  const generated = parquet(view);
  const rows: (readonly Cell[])[] = [];
  const parse = createResourceParser([view]);
  for (const line of linesWithout(input, new Set(left))) {
    const resource = parse(line);
    if ((resource as { resourceType?: unknown }).resourceType !== view.resource) continue;
    view.evaluate(resource, (row) => {
      generated.add(row);
      rows.push([...row]);
    });
  }
  const files = { scanned: Buffer.from(scanned.finish()), generated: Buffer.from(generated.finish()) };
  return { ...files, rows, left: left.length };
}

function parquet(view: CompiledView): PartEncoder {
  return createPartEncoder({ format: 'parquet', header: true }, view.columns, {
    rowGroupRows: 5000,
    rowGroupBytes: 16 << 20,
  });
}

/** A row begins with its length. */
function countRows(cells: Buffer): number {
  let count = 0;
  for (let at = 0; at < cells.length; at += cells.readUInt32LE(at)) count += 1;
  return count;
}

function linesWithout(input: Buffer, left: ReadonlySet<number>): string[] {
  const lines: string[] = [];
  for (let start = 0; start < input.length;) {
    const newline = input.indexOf(NEWLINE, start);
    const end = newline < 0 ? input.length : newline;
    const line = input.toString('utf8', start, end);
    if (!left.has(start) && line.trim() !== '') lines.push(line);
    start = end + 1;
  }
  return lines;
}
