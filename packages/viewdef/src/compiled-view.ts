import type { Cell, JsonValue, Row } from './cell.js';
import type { NumberKeys } from './json/parse-resource.js';

export type FhirVersion = 'R4' | 'R5';

/** One output column. Columns keep the order of specification section "Column ordering". */
export interface ViewColumn {
  readonly name: string;
  /** FHIR type code (`decimal`, `dateTime`, `id`, ...): declared, else found in the FHIR model, else undefined. */
  readonly fhirType: string | undefined;
  readonly collection: boolean;
  /** Value of the `ansi/type` tag, such as `DECIMAL(10,2)`; overrides the type that `fhirType` maps to. */
  readonly ansiType: string | undefined;
}

/** Which engine evaluates a view: generated code, or fhirpath.js for every column. */
export type EngineChoice = 'auto' | 'codegen' | 'fhirpath';

export interface ViewEngine {
  readonly tier: 'codegen' | 'fhirpath';
  /** Names of the columns that fhirpath.js evaluates, because the IR does not cover their path. */
  readonly fhirpathColumns: readonly string[];
}

/** A view that passed all static checks. Compiling it again in another thread gives the same rows. */
export interface CompiledView {
  readonly name: string | undefined;
  /** Resource type the view reads; other resources yield no rows. */
  readonly resource: string;
  readonly columns: readonly ViewColumn[];
  readonly engine: ViewEngine;
  /** Where the numbers are whose text a column or condition can see, for `createResourceParser`. */
  readonly numberKeys: NumberKeys;
  /**
   * Evaluates one resource and hands each row to `emit` in order. `emit` must not evaluate the same view.
   *
   * @throws ViewEvaluationError when a rule of the specification is broken by the data.
   */
  evaluate(resource: JsonValue, emit: (row: Row) => void): void;
}

export type { Cell, JsonValue, Row };
