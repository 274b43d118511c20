import {
  ViewDefinitionError,
  ViewEvaluationError,
  compileView,
  createResourceParser,
  toJsonText,
} from '@millrace/viewdef';
import type { Cell, EngineChoice } from '@millrace/viewdef';
import type { RunView } from './view-suite.js';

/** Runs the views of the suite in this process, on one engine, over resources parsed as an export parses them. */
export function runInProcess(engine: EngineChoice): RunView {
  return async (definition, resources) => {
    try {
      const view = compileView(definition, { engine, checks: 'strict' });
      const columns = view.columns.map(({ name }) => name);
      const rows: Readonly<Record<string, Cell>>[] = [];
      const parse = createResourceParser([view]);
      for (const resource of resources) {
        view.evaluate(parse(toJsonText(resource)), (row) => {
          rows.push(Object.fromEntries(columns.map((name, index) => [name, row[index] ?? null])));
        });
      }
      return { rows, columns };
    } catch (error) {
      // An engine that breaks in another way has not refused the view.
      if (!(error instanceof ViewDefinitionError || error instanceof ViewEvaluationError)) throw error;
      return { refusal: error.message };
    }
  };
}
