import { createScans } from '@millrace/run';
import type { Scan } from '@millrace/scan';
import { describeDecline } from '@millrace/scan';
import {
  ViewDefinitionError,
  ViewEvaluationError,
  compileView,
  createResourceParser,
  toJsonText,
} from '@millrace/viewdef';
import type { Cell, CompiledView, JsonValue } from '@millrace/viewdef';
import { runInProcess } from './run-in-process.js';
import type { RunView } from './view-suite.js';

type NamedRow = Readonly<Record<string, Cell>>;

/**
 * Runs the views of the suite on the scan, over resources as lines of NDJSON, and on generated code the lines that it
 * leaves, as in an export. A view that the scan declines runs on generated code. Both is told to `onLeft`.
 */
export function runOnScan(onLeft: (reason: string) => void): RunView {
  return async (definition, resources) => {
    try {
      const view = compileView(definition, { checks: 'strict' });
      const { scan, declines } = createScans()([view], 'ndjson');
      if (scan !== undefined) {
        const columns = view.columns.map(({ name }) => name);
        const { rows, left } = scanRows(view, scan, resources);
        if (left > 0) onLeft(`the scan leaves ${left} of ${resources.length} resources`);
        return { rows, columns };
      }
      onLeft(declines.map(describeDecline).join('; '));
    } catch (error) {
      if (!(error instanceof ViewDefinitionError || error instanceof ViewEvaluationError)) throw error;
      return { refusal: error.message };
    }
    return runInProcess('codegen')(definition, resources);
  };
}

function scanRows(
  view: CompiledView,
  scan: Scan,
  resources: readonly JsonValue[],
): { readonly rows: NamedRow[]; readonly left: number } {
  const lines = Buffer.from(resources.map((resource) => `${toJsonText(resource)}\n`).join(''));
  const parse = createResourceParser([view]);
  const rows: NamedRow[] = [];
  let left = 0;
  scan.begin(lines);
  for (;;) {
    const stop = scan.run();
    const text = Buffer.from(scan.output(0).bytes).toString();
    for (const row of text.split('\n')) if (row !== '') rows.push(JSON.parse(row) as NamedRow); // an object for each row
    if (stop.kind === 'end') return { rows, left };
    if (stop.kind === 'odd') {
      left += 1;
      view.evaluate(parse(lines.toString('utf8', stop.oddFrom, stop.oddTo)), (row) => {
        rows.push(Object.fromEntries(view.columns.map(({ name }, index) => [name, row[index] ?? null])));
      });
    }
  }
}
