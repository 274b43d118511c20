import type { Resource } from '@millrace/fhir';
import type { FhirVersion } from '@millrace/viewdef';
import type { ExportFormat } from './format.js';

/** What is wrong at one element of a ViewDefinition: `select[0].column[1].path`. */
export interface ViewFault {
  readonly expression: string;
  readonly diagnostics: string;
  /** It breaks a limit of size or time; else it breaks a rule of ViewDefinitions. */
  readonly isTooCostly?: boolean;
}

export interface ViewVerdict {
  /** The first faults; none where the view can be run. */
  readonly faults: readonly ViewFault[];
  /** How many there are. */
  readonly total: number;
}

/**
 * Compiles the views of one request for the data that they will read and the format that they will be written in, in
 * bounded time, and forgets the result. One verdict for each.
 */
export type CheckViews = (
  views: readonly Resource[],
  target: { readonly fhirVersion: FhirVersion; readonly format: ExportFormat },
) => Promise<readonly ViewVerdict[]>;
