import type { CheckView as CheckDefinition } from '@millrace/definitions';
import { ColumnTypeError, createPartEncoder } from '@millrace/formats';
import type { CheckView as CheckSubject } from '@millrace/protocol';
import { ViewDefinitionError, allowsFhirVersion, compileView, viewFhirVersions } from '@millrace/viewdef';
import type { CompiledView, FhirVersion, ViewIssue } from '@millrace/viewdef';

/** Whether an export of this view could start: it compiles, and its columns can be written in the format. */
export const checkSubject: CheckSubject = (view, { fhirVersion, format }) => {
  const compiled = compileView(view, { fhirVersion });
  checkColumns(compiled, format);
};

/**
 * Whether a view may be stored. It is compiled for the sources' FHIR version, or for the one that it is restricted to;
 * in which format it will be written is not known.
 */
export function checkDefinition(fhirVersion: FhirVersion): CheckDefinition {
  return (view) => {
    try {
      compileView(view, { fhirVersion: versionFor(view, fhirVersion) });
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
