import { createReferenceKey, isJsonObject } from '@millrace/fhir';
import type { JsonValue, Row } from '../cell.js';
import { ViewDefinitionError, ViewEvaluationError } from '../errors.js';
import { root } from '../definition/read-definition.js';
import type { ColumnPlan, Level, PathPlan, ViewPlan } from '../ir/view-plan.js';
import type { Companion } from '../values/companions.js';
import { PathFault } from '../values/faults.js';
import { generateView } from './generate-view.js';
import { runtime } from './runtime.js';
import { createModule } from './source-text.js';
import type { SourceText } from './source-text.js';

/** Evaluates a path outside the IR on one item; `path` is where the FHIR model describes the item. */
export type ExternalPath = (
  self: JsonValue,
  companion: Companion,
  path: string | undefined,
  rowIndex: number,
  resource: JsonValue,
) => readonly ExternalItem[];

export interface ExternalItem {
  /** Null for a primitive without value. */
  readonly value: JsonValue;
  readonly companion: Companion;
  readonly path: string | undefined;
}

export type Evaluate = (resource: JsonValue, emit: (row: Row) => void) => void;

/** The generated function of a view and its text. */
export interface GeneratedView {
  readonly source: SourceText;
  readonly evaluate: Evaluate;
  readonly pathColumns: readonly (string | undefined)[];
}

/**
 * Makes the function of a view by generating its JavaScript.
 *
 * @param external makes the evaluator of a path that the IR does not cover.
 * @throws ViewDefinitionError when the view is too large for the JavaScript engine.
 */
export function generateEvaluator(
  plan: ViewPlan,
  external: (path: PathPlan, number: number) => ExternalPath,
): GeneratedView {
  const places = placesOf(plan);
  const numbers = new Map(places.map(({ path }, index) => [path, index]));
  const externals = places.map(({ path }, index) =>
    path.expression === undefined ? external(path, index) : undefined,
  );
  const module = createModule();
  try {
    const source = generateView(plan, numbers, module);
    // The text holds nothing of the view but quoted literals and tested identifiers: see source-text.ts.
    const names = ['rt', 'values', 'external', 'referenceKey'];
    // oxlint-disable-next-line typescript/no-implied-eval -- this tier is generated code
    const make = new Function(...names, source) as (...parts: unknown[]) => Evaluate;
    const run = make(runtime, module.values, externals, createReferenceKey(plan.bases));
    return { source, evaluate: named(run, places), pathColumns: places.map(({ column }) => column) };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const diagnostics = 'is too large or nests too deeply to be compiled';
    throw new ViewDefinitionError([{ kind: 'limit', expression: root, diagnostics }]);
  }
}

/** Turns the fault of a numbered path into an error that says what and where. */
function named(run: Evaluate, places: readonly Place[]): Evaluate {
  return (resource, emit) => {
    if (!isJsonObject(resource)) return;
    try {
      run(resource, emit);
    } catch (error) {
      if (!(error instanceof PathFault)) throw error;
      const place = places[error.at];
      const { resourceType, id } = resource;
      const name =
        typeof resourceType === 'string' && typeof id === 'string' ? `${resourceType}/${id}` : undefined;
      throw new ViewEvaluationError(
        { column: place?.column, path: place?.path.text ?? '', resource: name },
        error.reason,
        { cause: error },
      );
    }
  };
}

/** A path and the column it fills, if any. */
interface Place {
  readonly path: PathPlan;
  readonly column: string | undefined;
}

function placesOf(plan: ViewPlan): readonly Place[] {
  return [...plan.where.map((path) => ({ path, column: undefined })), ...placesOfLevel(plan.level)];
}

function placesOfLevel(level: Level): readonly Place[] {
  return [
    ...level.columns.map(placeOfColumn),
    ...level.steps.flatMap((step) => {
      switch (step.kind) {
        case 'forEach':
          return [{ path: step.path, column: undefined }, ...placesOfLevel(step.level)];
        case 'repeat':
          return [
            ...[...step.start, ...step.next].map((path) => ({ path, column: undefined })),
            ...placesOfLevel(step.level),
          ];
        case 'union':
          return step.branches.flatMap(placesOfLevel);
        default:
          return step satisfies never;
      }
    }),
  ];
}

function placeOfColumn(column: ColumnPlan): Place {
  return { path: column.path, column: column.name };
}
