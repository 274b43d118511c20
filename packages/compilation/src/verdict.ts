import type { DescribedColumn, RowFormat } from '@millrace/formats';
import type { FhirVersion, Handling, ViewIssue } from '@millrace/viewdef';

/** The target that views are compiled for. */
export interface Target {
  readonly fhirVersion: FhirVersion;
  /** Undefined if it is unknown: then any columns will do. */
  readonly format: RowFormat | undefined;
  /** Whether a likely mistake refuses a view or is a warning. */
  readonly handling: Handling;
  /** Whether the verdict tells the columns. */
  readonly describesColumns?: true;
}

export interface ViewFault extends Pick<ViewIssue, 'expression' | 'diagnostics'> {
  /** Too costly: it breaks a limit of size or time; else it breaks a rule of ViewDefinitions. */
  readonly isTooCostly: boolean;
}

/** The faults of a view, or the warnings about an accepted one. */
export interface Verdict {
  /** The first of them; none where the view can be run. */
  readonly faults: readonly ViewFault[];
  /** How many there are. */
  readonly total: number;
  /** The first warnings; none where the view is refused. */
  readonly warnings: readonly ViewFault[];
  /** How many there are. */
  readonly warningsTotal: number;
  /** Where the target asks for them and the view can be run. */
  readonly columns?: readonly DescribedColumn[];
}

export const GOOD: Verdict = { faults: [], total: 0, warnings: [], warningsTotal: 0 };
