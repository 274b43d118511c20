import { compileView } from '../../compile-view.js';
import type { CompileOptions } from '../../compile-view.js';
import { ViewDefinitionError } from '../../errors.js';
import type { ViewIssue } from '../../errors.js';

/** Where the one column of `viewOf` is. */
export const COLUMN = 'ViewDefinition.select[0].column[0]';

/** The faults that a strict reader refuses, and its warnings. */
export function judge(
  view: unknown,
  options: CompileOptions = {},
): { refused: readonly ViewIssue[]; warnings: readonly ViewIssue[] } {
  try {
    return { refused: [], warnings: compileView(view, { checks: 'strict', ...options }).warnings };
  } catch (error) {
    if (!(error instanceof ViewDefinitionError)) throw error;
    return { refused: error.issues, warnings: [] };
  }
}

/** A view of one column that takes any number of values. */
export function viewOf(resource: string, path: string, rest: object = {}): object {
  return { resource, select: [{ column: [{ name: 'a', path, collection: true, ...rest }] }] };
}
