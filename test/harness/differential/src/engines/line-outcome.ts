import { isUtf8 } from 'node:buffer';
import { accepts } from '@millrace/run';
import type { ResourceFilter } from '@millrace/run';
import { createPartEncoder } from '@millrace/formats';
import type { ScanFormat } from '@millrace/scan';
import { createResourceParser } from '@millrace/viewdef';
import type { Cell, CompiledView, ViewColumn } from '@millrace/viewdef';

/** The result of an engine for one line: its rows, or the reason why there are no rows. */
export type LineOutcome = { readonly rows: readonly (readonly Cell[])[] } | { readonly fault: string };

/** Evaluates single lines, as the service does: no rows of blank lines and of other resource types. */
export function createLineEvaluator(
  view: CompiledView,
  filter?: ResourceFilter,
): (line: Buffer) => LineOutcome {
  const parse = createResourceParser([view]);
  return (line) => {
    if (!isUtf8(line)) return { fault: 'the line is not UTF-8' };
    const text = line.toString();
    if (text.trim() === '') return { rows: [] };
    try {
      const resource = parse(text);
      if (typeof resource !== 'object' || resource === null || !('resourceType' in resource)) {
        return { fault: 'the line is not a resource' };
      }
      const rows: (readonly Cell[])[] = [];
      const passes = filter === undefined || accepts(filter, resource);
      if (passes && resource.resourceType === view.resource)
        view.evaluate(resource, (row) => rows.push([...row]));
      return { rows };
    } catch (error) {
      return { fault: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
    }
  };
}

/** Rows as the scan writes them: without header and brackets, each JSON row behind its comma. */
export function encodeRows(
  rows: readonly (readonly Cell[])[],
  columns: readonly ViewColumn[],
  format: ScanFormat,
): Buffer {
  if (rows.length === 0) return Buffer.alloc(0);
  const part = createPartEncoder({ format, header: false }, columns);
  for (const row of rows) part.add(row);
  const bytes = Buffer.from(part.finish());
  return format === 'json' ? Buffer.concat([Buffer.from(',\n'), bytes.subarray(1, -1)]) : bytes;
}
