import { ColumnTypeError, createPartEncoder } from '@millrace/formats';
import { ViewDefinitionError, compileView } from '@millrace/viewdef';
import type { CompiledView, ViewIssue } from '@millrace/viewdef';
import { GOOD } from './verdict.js';
import type { Target, Verdict } from './verdict.js';

/** No answer lists more. */
const MOST_FAULTS = 50;

/** Whether an export of this view could start: it compiles, and its columns can be written in the format. */
export function checkView(view: unknown, { fhirVersion, format }: Target): Verdict {
  try {
    const compiled = compileView(view, { fhirVersion, checks: 'strict' });
    if (format !== undefined) checkColumns(compiled, format);
    return GOOD;
  } catch (error) {
    if (!(error instanceof ViewDefinitionError)) throw error;
    const { issues } = error;
    const faults = issues.slice(0, MOST_FAULTS).map(({ kind, expression, diagnostics }) => {
      return { expression, diagnostics, isTooCostly: kind === 'limit' };
    });
    return { faults, total: issues.length };
  }
}

function checkColumns({ columns }: CompiledView, format: NonNullable<Target['format']>): void {
  try {
    createPartEncoder({ format, header: true }, columns);
  } catch (error) {
    if (!(error instanceof ColumnTypeError)) throw error;
    const issue: ViewIssue = {
      kind: 'columns',
      expression: 'ViewDefinition.select',
      diagnostics: error.message,
    };
    throw new ViewDefinitionError([issue]);
  }
}
