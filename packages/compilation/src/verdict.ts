import type { Format } from '@millrace/formats';
import type { FhirVersion, ViewIssue } from '@millrace/viewdef';

/** What views are compiled for. */
export interface Target {
  readonly fhirVersion: FhirVersion;
  /** Undefined where it is not known: then any columns will do. */
  readonly format: Format | undefined;
}

export interface ViewFault extends Pick<ViewIssue, 'expression' | 'diagnostics'> {
  /** Too costly: it breaks a limit of size or time; else it breaks a rule of ViewDefinitions. */
  readonly isTooCostly: boolean;
}

/** What is wrong with a view. */
export interface Verdict {
  /** The first of them; none where the view can be run. */
  readonly faults: readonly ViewFault[];
  /** How many there are. */
  readonly total: number;
}

export const GOOD: Verdict = { faults: [], total: 0 };
