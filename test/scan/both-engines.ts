import { isUtf8 } from 'node:buffer';
import { createPartEncoder } from '@millrace/formats';
import { createScan, describeDecline, translateViews } from '@millrace/scan';
import type { ScanFormat } from '@millrace/scan';
import { createResourceParser } from '@millrace/viewdef';
import type { CompiledView } from '@millrace/viewdef';

const NEWLINE = 0x0a;

/** The result of an engine for whole lines. */
export interface Evaluated {
  /** The rows of each view, without what begins and ends a file. */
  readonly rows: readonly Buffer[];
  /** Offsets of the lines that the engine leaves to others, or refuses. */
  readonly left: readonly number[];
}

/** Evaluates lines by generated code, which is what the scan is compared with. */
export function byCodegen(views: readonly CompiledView[], format: ScanFormat, input: Buffer): Evaluated {
  const parse = createResourceParser(views);
  const rows: Buffer[][] = views.map(() => []);
  const left: number[] = [];
  for (let start = 0; start < input.length;) {
    const newline = input.indexOf(NEWLINE, start);
    const end = newline < 0 ? input.length : newline;
    const line = input.subarray(start, end);
    try {
      rowsOfLine(views, format, line, parse).forEach((bytes, view) => rows[view]?.push(bytes));
    } catch {
      left.push(start);
    }
    start = end + 1;
  }
  return { rows: rows.map((parts) => Buffer.concat(parts)), left };
}

function rowsOfLine(
  views: readonly CompiledView[],
  format: ScanFormat,
  line: Buffer,
  parse: ReturnType<typeof createResourceParser>,
): Buffer[] {
  if (!isUtf8(line)) throw new Error('no UTF-8');
  const text = line.toString();
  if (text.trim() === '') return views.map(() => Buffer.alloc(0));
  const resource = parse(text);
  if (typeof resource !== 'object' || resource === null || !('resourceType' in resource)) {
    throw new Error('no resource');
  }
  return views.map((view) => {
    const part = createPartEncoder({ format, header: false }, view.columns);
    view.evaluate(resource, (row) => {
      part.add(row);
    });
    const bytes = Buffer.from(part.finish());
    if (format !== 'json' || part.rows === 0) return format === 'json' ? Buffer.alloc(0) : bytes;
    return Buffer.concat([Buffer.from(',\n'), bytes.subarray(1, -1)]);
  });
}

/** Evaluates lines by the scan alone, chunk by chunk. */
export function byScan(views: readonly CompiledView[], format: ScanFormat, input: Buffer): Evaluated {
  const translation = translateViews(
    views.map(({ plan }) => plan),
    format,
  );
  if ('declines' in translation) throw new Error(translation.declines.map(describeDecline).join('; '));
  const scan = createScan(translation.program);
  const rows: Buffer[][] = views.map(() => []);
  const left: number[] = [];
  for (let start = 0; start < input.length;) {
    const most = Math.min(input.length, start + scan.mostBytes);
    const end = most === input.length ? most : input.lastIndexOf(NEWLINE, most - 1) + 1;
    scan.begin(input.subarray(start, end));
    for (let done = false; !done;) {
      const stop = scan.run();
      views.forEach((_, view) => rows[view]?.push(Buffer.from(scan.output(view).bytes)));
      if (stop.kind === 'odd') left.push(start + stop.oddFrom);
      done = stop.kind === 'end';
    }
    start = end;
  }
  return { rows: rows.map((parts) => Buffer.concat(parts)), left };
}
