import type { JsonValue, Row } from './cell.js';
import type { ViewIssue } from './errors.js';
import type { ViewPlan } from './ir/view-plan.js';
import type { NumberKeys } from './json/parse-resource.js';
import type { ViewColumn } from './view-column.js';

export type FhirVersion = 'R4' | 'R5';

/**
 * Which engine evaluates a view: the scan, generated code, or fhirpath.js for every column. A view that is compiled for
 * the scan has generated code too, for lines that the scan leaves to it.
 */
export type EngineChoice = 'auto' | 'scan' | 'codegen' | 'fhirpath';

export interface ViewEngine {
  readonly tier: 'codegen' | 'fhirpath';
  /** The expressions that only fhirpath.js evaluates, those of `where`, `forEach` and `repeat` too. */
  readonly outside: readonly OutsidePath[];
}

/** An expression that the IR does not cover. */
export interface OutsidePath {
  /** Where it stands: `ViewDefinition.where[0].path`. */
  readonly element: string;
  readonly path: string;
  /** The function or operator that the IR does not have: `matches()`. */
  readonly uses: string;
}

/** A view that passed all static checks. Compiling it again in another thread gives the same rows. */
export interface CompiledView {
  readonly name: string | undefined;
  /** Resource type the view reads; other resources yield no rows. */
  readonly resource: string;
  readonly columns: readonly ViewColumn[];
  readonly engine: ViewEngine;
  /**
   * Accepted mistakes of the view: parts that cannot be meant, or that fit some values only. Empty where
   * `checks` did not ask for them.
   */
  readonly warnings: readonly ViewIssue[];
  /** The plan that the view is compiled from, for engines other than the one that `evaluate` runs. */
  readonly plan: ViewPlan;
  /** Where the numbers are whose text a column or condition can see, for `createResourceParser`. */
  readonly numberKeys: NumberKeys;
  /** Names of the columns that its paths fill, by the number of the path; undefined for other paths. */
  readonly pathColumns: readonly (string | undefined)[];
  /**
   * Evaluates one resource and hands each row to `emit` in order. `emit` must not evaluate the same view.
   *
   * @throws ViewEvaluationError when a rule of the specification is broken by the data.
   */
  evaluate(resource: JsonValue, emit: (row: Row) => void): void;
}

export type { JsonValue, Row };
