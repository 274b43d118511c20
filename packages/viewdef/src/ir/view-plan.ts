import type { OwnBases } from '@millrace/fhir';
import type { ViewColumn } from '../view-column.js';
import type { ElementPath } from '../definition/read-definition.js';
import type { ElementType } from '../model/element-type.js';
import type { Expression } from './expression.js';

/** A whole view, ready for an engine. */
export interface ViewPlan {
  readonly resource: string;
  /** Bases of the data, behind which absolute references have keys. */
  readonly bases: OwnBases;
  readonly columns: readonly ViewColumn[];
  readonly where: readonly PathPlan[];
  /** Selects without iteration are merged into the level they stand in. */
  readonly level: Level;
}

/** The work for one focus: columns first, then the product of its steps. */
export interface Level {
  readonly columns: readonly ColumnPlan[];
  readonly steps: readonly Step[];
}

/** One factor of the row product at a level. */
export type Step =
  | {
      readonly kind: 'forEach';
      readonly path: PathPlan;
      /** Emits one row of nulls when there is no item; `%rowIndex` columns are 0 in it. */
      readonly orNull: boolean;
      readonly level: Level;
    }
  /** Depth first, each item before the items below it; one row index for the whole walk. */
  | {
      readonly kind: 'repeat';
      /** The paths, applied to the focus of the level. */
      readonly start: readonly PathPlan[];
      /** The same paths, applied to each item found. */
      readonly next: readonly PathPlan[];
      readonly level: Level;
    }
  | { readonly kind: 'union'; readonly branches: readonly Level[] };

export interface ColumnPlan {
  /** Position in the row. Branches of a union share positions. */
  readonly index: number;
  readonly name: string;
  readonly collection: boolean;
  readonly path: PathPlan;
}

/** One FHIRPath expression of the view. */
export interface PathPlan {
  /** As written in the view. */
  readonly text: string;
  /** The element of the view that has it. */
  readonly element: ElementPath;
  /** Undefined when fhirpath.js evaluates it. */
  readonly expression: Expression | undefined;
  /** The function or operator that only fhirpath.js has, as a noun: `matches()`. */
  readonly outside: string | undefined;
  /** Type of the items it yields, as far as known. */
  readonly type: ElementType;
  /** Type of the item it is evaluated on. */
  readonly focus: ElementType;
}
