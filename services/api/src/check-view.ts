import type { CheckView as CheckDefinition } from '@millrace/definitions';
import { ColumnTypeError, createPartEncoder } from '@millrace/formats';
import type { CheckView as CheckSubject } from '@millrace/protocol';
import { ViewDefinitionError, allowsFhirVersion, viewFhirVersions } from '@millrace/viewdef';
import type { CompileView, CompiledView, FhirVersion, ViewIssue } from '@millrace/viewdef';

/** Whether an export of this view could start: it compiles, and its columns can be written in the format. */
export function checkSubject(compile: CompileView): CheckSubject {
  return (view, { fhirVersion, format }) =>
    checkColumns(compile(view, { fhirVersion, checks: 'strict' }), format);
}

/**
 * Whether a view may be stored. It is compiled for the sources' FHIR version, or for the one that it is restricted to;
 * in which format it will be written is not known.
 */
export function checkDefinition(compile: CompileView, fhirVersion: FhirVersion): CheckDefinition {
  return (view) => {
    try {
      compile(view, { fhirVersion: versionFor(view, fhirVersion), checks: 'strict' });
      return [];
    } catch (error) {
      if (!(error instanceof ViewDefinitionError)) throw error;
      return error.issues.map(({ diagnostics, expression }) => ({
        severity: 'error',
        code: 'invalid',
        diagnostics,
        expression: [expression],
      }));
    }
  };
}

function versionFor(view: unknown, preferred: FhirVersion): FhirVersion {
  const allowed = viewFhirVersions(view);
  const candidates: readonly FhirVersion[] = [preferred, 'R4', 'R5'];
  return candidates.find((version) => allowsFhirVersion(allowed, version)) ?? preferred;
}

function checkColumns({ columns }: CompiledView, format: 'ndjson' | 'csv' | 'json' | 'parquet'): void {
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
