import { rowGroupsOf } from '@millrace/run';
import { createPartEncoder } from '@millrace/formats';
import type { Format, FormatOptions } from '@millrace/formats';
import type { Scan } from '@millrace/scan';
import { createResourceParser } from '@millrace/viewdef';
import type { CompiledView } from '@millrace/viewdef';

/** One pass over an input. */
export interface Measured {
  readonly seconds: number;
  readonly bytesIn: number;
  readonly resources: number;
  readonly rows: number;
  readonly bytesOut: number;
}

const NEWLINE = 0x0a;
/** The service hands chunks of this size to its sink. */
const CHUNK_BYTES = 1 << 20;

/** Parses every line, and drops the result. */
export function measureFloor(input: Buffer): Measured {
  const start = process.hrtime.bigint();
  const resources = eachLine(input, (line) => {
    JSON.parse(line);
  });
  return { seconds: secondsSince(start), bytesIn: input.length, resources, rows: 0, bytesOut: 0 };
}

/** Lines to rows to the bytes of a file, which are dropped. */
export function measureEngine(input: Buffer, view: CompiledView, format: Format): Measured {
  const start = process.hrtime.bigint();
  const parse = createResourceParser([view]);
  const part = createPartEncoder({ format, header: true }, view.columns, rowGroupsOf(1));
  let bytesOut = 0;
  const addRow = part.add.bind(part);
  const resources = eachLine(input, (line) => {
    view.evaluate(parse(line), addRow);
    bytesOut += part.take(CHUNK_BYTES)?.length ?? 0;
  });
  bytesOut += part.finish().length;
  return { seconds: secondsSince(start), bytesIn: input.length, resources, rows: part.rows, bytesOut };
}

/**
 * Chunks of lines to the bytes of rows of all views of the scan, for Parquet of a file each, which are dropped, as is the
 * rare line that the scan leaves to generated code.
 */
export function measureScan(
  input: Buffer,
  views: readonly CompiledView[],
  scan: Scan,
  format: Format,
  how: Pick<FormatOptions, 'compression' | 'origin'> = {},
): Measured {
  const start = process.hrtime.bigint();
  const rowGroups = rowGroupsOf(views.length);
  const parts =
    format === 'parquet'
      ? views.map(({ columns }) => createPartEncoder({ format, header: true, ...how }, columns, rowGroups))
      : [];
  const parse = createResourceParser(views);
  let [resources, rows, bytesOut] = [0, 0, 0];
  for (let at = 0; at < input.length;) {
    const most = Math.min(input.length, at + scan.mostBytes);
    const end = most === input.length ? most : input.lastIndexOf(NEWLINE, most - 1) + 1;
    scan.begin(input.subarray(at, end));
    for (let done = false; !done;) {
      const stop = scan.run();
      resources += stop.resources;
      for (let view = 0; view < views.length; view += 1) {
        const { bytes, rows: added } = scan.output(view);
        rows += added;
        if (parts.length === 0) bytesOut += bytes.length;
        else if (added > 0) parts[view]?.append(bytes, added);
      }
      if (stop.kind === 'odd') {
        resources += 1;
        const resource = parse(input.toString('utf8', at + stop.oddFrom, at + stop.oddTo));
        for (const view of views) view.evaluate(resource, () => (rows += 1));
      }
      done = stop.kind === 'end';
    }
    at = end;
    for (const part of parts) bytesOut += part.take(CHUNK_BYTES)?.length ?? 0;
  }
  for (const part of parts) bytesOut += part.finish().length;
  return { seconds: secondsSince(start), bytesIn: input.length, resources, rows, bytesOut };
}

function eachLine(input: Buffer, visit: (line: string) => void): number {
  let lines = 0;
  for (let start = 0; start < input.length; lines += 1) {
    const newline = input.indexOf(NEWLINE, start);
    const end = newline < 0 ? input.length : newline;
    visit(input.toString('utf8', start, end));
    start = end + 1;
  }
  return lines;
}

function secondsSince(start: bigint): number {
  return Number(process.hrtime.bigint() - start) / 1e9;
}
