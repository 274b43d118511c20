import type { CompileView } from '@millrace/viewdef';
import type { RangeTask } from '../range/range-task.js';
import type { PathColumns } from './overdue-fault.js';

/**
 * Compiles the views of a task, and reports which columns their paths fill before fhirpath.js evaluates one.
 */
export function namePaths(
  compile: CompileView,
  { views }: Pick<RangeTask, 'views'>,
  onPaths: (subject: number, columns: PathColumns) => void,
): CompileView {
  return (view, options) => {
    const compiled = compile(view, options);
    const subject = views.find((one) => one.view === view)?.subject;
    const isAnyOutside = compiled.engine.tier === 'fhirpath' || compiled.engine.outside.length > 0;
    if (subject !== undefined && isAnyOutside) {
      onPaths(
        subject,
        compiled.pathColumns.map((column) => column ?? null),
      );
    }
    return compiled;
  };
}
