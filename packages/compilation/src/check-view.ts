import { ColumnListError, ColumnTypeError, createPartEncoder, describeColumn } from '@millrace/formats';
import { ViewDefinitionError, compileView } from '@millrace/viewdef';
import type { CompiledView, ViewIssue } from '@millrace/viewdef';
import { GOOD } from './verdict.js';
import type { Target, Verdict, ViewFault } from './verdict.js';

/** No answer lists more, of faults or of warnings. */
const MOST_FAULTS = 50;

/** Whether an export of this view could start: it compiles, and its columns can be written in the format. */
export function checkView(view: unknown, target: Target): Verdict {
  const { fhirVersion, format, handling, describesColumns } = target;
  try {
    const compiled = compileView(view, { fhirVersion, checks: handling });
    if (format !== undefined) checkColumns(compiled, format);
    // Text takes a column of any type, and what is told of columns are their types.
    if (format !== undefined && describesColumns) checkColumns(compiled, 'parquet');
    const verdict = accepted(compiled.warnings);
    return describesColumns ? { ...verdict, columns: compiled.columns.map(describeColumn) } : verdict;
  } catch (error) {
    if (!(error instanceof ViewDefinitionError)) throw error;
    return { ...GOOD, faults: firstOf(error.issues), total: error.issues.length };
  }
}

function accepted(warnings: readonly ViewIssue[]): Verdict {
  return { ...GOOD, warnings: firstOf(warnings), warningsTotal: warnings.length };
}

function firstOf(issues: readonly ViewIssue[]): readonly ViewFault[] {
  return issues.slice(0, MOST_FAULTS).map(({ kind, expression, diagnostics }) => {
    return { expression, diagnostics, isTooCostly: kind === 'limit' };
  });
}

function checkColumns({ columns }: CompiledView, format: NonNullable<Target['format']>): void {
  try {
    createPartEncoder({ format, header: true }, columns);
  } catch (error) {
    if (!(error instanceof ColumnTypeError || error instanceof ColumnListError)) throw error;
    const issue: ViewIssue = {
      kind: 'columns',
      expression: 'ViewDefinition.select',
      diagnostics: error.message,
    };
    throw new ViewDefinitionError([issue]);
  }
}
