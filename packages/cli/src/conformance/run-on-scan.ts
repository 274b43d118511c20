import { createScans } from '@millrace/execution';
import {
  ViewDefinitionError,
  ViewEvaluationError,
  compileView,
  createResourceParser,
  runInProcess,
  toJsonText,
  type Cell,
  type CompiledView,
  type JsonValue,
  type RunView,
} from '@millrace/viewdef';

type NamedRow = Readonly<Record<string, Cell>>;

/**
 * Runs the views of the suite on the scan, over resources as lines of NDJSON, and on generated code the lines that it
 * leaves. A view that the scan declines is told to `onDeclined` and runs on generated code, as in an export.
 */
export function runOnScan(onDeclined: (reason: string) => void): RunView {
  return async (definition, resources) => {
    try {
      const view = compileView(definition);
      const opened = createScans()([view], 'ndjson');
      if ('scan' in opened) {
        const columns = view.columns.map(({ name }) => name);
        return { rows: scanRows(view, opened.scan, resources), columns };
      }
      onDeclined(opened.declined);
    } catch (error) {
      if (!(error instanceof ViewDefinitionError || error instanceof ViewEvaluationError)) throw error;
      return { refusal: error.message };
    }
    return runInProcess('codegen')(definition, resources);
  };
}

type Opened = Extract<ReturnType<ReturnType<typeof createScans>>, { scan: unknown }>;

function scanRows(view: CompiledView, scan: Opened['scan'], resources: readonly JsonValue[]): NamedRow[] {
  const lines = Buffer.from(resources.map((resource) => `${toJsonText(resource)}\n`).join(''));
  const parse = createResourceParser([view]);
  const rows: NamedRow[] = [];
  scan.begin(lines);
  for (;;) {
    const stop = scan.run();
    const text = Buffer.from(scan.output(0).bytes).toString();
    for (const row of text.split('\n')) if (row !== '') rows.push(JSON.parse(row) as NamedRow); // an object for each row
    if (stop.kind === 'end') return rows;
    if (stop.kind === 'odd') {
      view.evaluate(parse(lines.toString('utf8', stop.oddFrom, stop.oddTo)), (row) => {
        rows.push(Object.fromEntries(view.columns.map(({ name }, index) => [name, row[index] ?? null])));
      });
    }
  }
}
