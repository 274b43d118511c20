import { ViewEvaluationError } from '@millrace/viewdef';
import type { CompileView, CompiledView, JsonValue } from '@millrace/viewdef';
import type { EvaluationProgress } from '../range/evaluation-progress.js';
import { RowError } from '../range/input-error.js';
import type { CopyTask } from '../range/range-task.js';

/** A condition on resources, in FHIRPath. */
export interface Predicate {
  /** Views whose rows are those of the resources that it is true of. */
  readonly views: readonly CompiledView[];
  /**
   * @throws UnsearchableError for a value that has another type than FHIR says; RowError for other faults
   */
  isTrueOf(resource: JsonValue, offset: number): boolean;
}

/** A value of a resource is not of the type that a condition on it is about. The condition may say whom a client looks for. */
export class UnsearchableError extends Error {
  override readonly name = 'UnsearchableError';

  constructor(cause: unknown) {
    super('a search of the request looks at a value of it that has another type than FHIR says', { cause });
  }
}

/**
 * Compiles the predicates of a task to one: it is true where one of them is. Undefined without any. Each is a view of its own,
 * because the length of a path has a limit.
 *
 * @throws ViewDefinitionError
 */
export function createPredicate(
  { subject, resourceType, input, where, engine, fhirVersion, bases }: CopyTask,
  compile: CompileView,
  progress: EvaluationProgress,
): Predicate | undefined {
  if (where === undefined) return undefined;
  progress.view(subject);
  const views = where.map((path) =>
    compile(
      {
        resource: resourceType,
        where: [{ path }],
        select: [{ column: [{ name: 'id', path: 'id', type: 'id' }] }],
      },
      { engine, fhirVersion, bases },
    ),
  );
  progress.rest();
  let rows = 0;
  const count = (): void => void (rows += 1);
  return {
    views,
    isTrueOf(resource, offset) {
      progress.subject(subject);
      rows = 0;
      try {
        for (const view of views) {
          if (rows === 0) view.evaluate(resource, count);
        }
      } catch (error) {
        if (error instanceof ViewEvaluationError) throw new UnsearchableError(error);
        const id = (resource as { readonly id?: JsonValue }).id;
        const name = `${resourceType}/${typeof id === 'string' ? id : '(without id)'}`;
        const reason = error instanceof Error ? error.message : String(error);
        throw new RowError({ key: input.key, offset, subject, resource: name }, reason, error);
      }
      return rows > 0;
    },
  };
}
