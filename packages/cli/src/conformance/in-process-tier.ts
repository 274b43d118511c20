import { compileView, createResourceParser, toJsonText, type EngineChoice } from '@millrace/viewdef';
import type { Outcome, SuiteFile, SuiteRow, SuiteTest } from './suite.js';

/** Runs a test in this process, on one engine. */
export function runInProcess(file: SuiteFile, test: SuiteTest, engine: EngineChoice): Outcome {
  try {
    const view = compileView(asResource(test.view), { engine });
    const columns = view.columns.map(({ name }) => name);
    const rows: SuiteRow[] = [];
    const parse = createResourceParser([view]);
    for (const resource of file.resources) {
      view.evaluate(parse(JSON.stringify(resource)), (row) => {
        const entries = columns.map((name, index) => [name, JSON.parse(toJsonText(row[index] ?? null))]);
        rows.push(Object.fromEntries(entries) as SuiteRow);
      });
    }
    return { kind: 'rows', columns, rows };
  } catch (error) {
    return { kind: 'refused', reason: error instanceof Error ? error.message : String(error) };
  }
}

/** Tests leave out `resourceType`, without which nothing can be sent or stored. */
export function asResource(view: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return { resourceType: 'ViewDefinition', ...view };
}
