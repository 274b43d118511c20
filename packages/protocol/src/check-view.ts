import type { Resource } from '@millrace/fhir';
import type { FhirVersion } from '@millrace/viewdef';
import type { ExportFormat } from './format.js';

/** What is wrong at one element of a ViewDefinition: `select[0].column[1].path`. */
export interface ViewFault {
  readonly expression: string;
  readonly diagnostics: string;
}

/**
 * Compiles a view for the data it will read and the format it will be written in, and forgets the result.
 *
 * @throws ViewDefinitionError of `packages/viewdef` when the view cannot be run
 */
export type CheckView = (
  view: Resource,
  target: { readonly fhirVersion: FhirVersion; readonly format: ExportFormat },
) => void;
