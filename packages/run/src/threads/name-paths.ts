import type { CompileView } from '@millrace/viewdef';
import type { RangeTask } from '../range/range-task.js';
import type { PathColumns } from './overdue-fault.js';

/** Compiles the views of a task, and tells what the paths are for that fhirpath.js evaluates, before it evaluates one. */
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
