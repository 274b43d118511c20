import type { Resource } from '@millrace/fhir';
import type { FhirVersion, Handling } from '@millrace/viewdef';
import type { RunFormat } from '../outputs/format.js';

/** A fault at one element of a ViewDefinition: `select[0].column[1].path`. */
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
  /** The first of what is doubtful in a view that can be run. */
  readonly warnings: readonly ViewFault[];
  /** How many there are. */
  readonly warningsTotal: number;
  /** Where the target asks for them and the view can be run. `sqlType` is that of an entry where a cell is a list. */
  readonly columns?: readonly {
    readonly name: string;
    readonly collection: boolean;
    readonly sqlType: string;
    readonly parquetType?: string;
  }[];
}

/** The target that views are compiled for. */
export interface Target {
  readonly fhirVersion: FhirVersion;
  /** Undefined where the columns are not written: then any will do. */
  readonly format: RunFormat | undefined;
  /** Whether what cannot be meant refuses a view or is a warning. */
  readonly handling: Handling;
  /** Whether the verdicts tell the columns. */
  readonly describesColumns?: true;
}

/**
 * Compiles the views of one request for the data that they will read and the format that they will be written in, in
 * bounded time, and forgets the result. One verdict for each.
 */
export type CheckViews = (views: readonly Resource[], target: Target) => Promise<readonly ViewVerdict[]>;
