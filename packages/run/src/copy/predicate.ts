import type { CompileView, CompiledView, JsonValue } from '@millrace/viewdef';
import type { EvaluationProgress } from '../range/evaluation-progress.js';
import { RowError } from '../range/input-error.js';
import type { CopyTask } from '../range/range-task.js';

/** A condition on resources, in FHIRPath. */
export interface Predicate {
  /** A view whose rows are those of the resources that it is true of. */
  readonly view: CompiledView;
  /** @throws RowError when it cannot be evaluated */
  isTrueOf(resource: JsonValue, offset: number): boolean;
}

/**
 * Compiles the predicates of a task to one: it is true where one of them is. Undefined without any.
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
  const view = compile(
    {
      resource: resourceType,
      where: [{ path: where.map((path) => `(${path})`).join(' or ') }],
      select: [{ column: [{ name: 'id', path: 'id', type: 'id' }] }],
    },
    { engine, fhirVersion, bases },
  );
  progress.rest();
  let rows = 0;
  const count = (): void => void (rows += 1);
  return {
    view,
    isTrueOf(resource, offset) {
      progress.subject(subject);
      rows = 0;
      try {
        view.evaluate(resource, count);
      } catch (error) {
        const id = (resource as { readonly id?: JsonValue }).id;
        const name = `${resourceType}/${typeof id === 'string' ? id : '(without id)'}`;
        const reason = error instanceof Error ? error.message : String(error);
        throw new RowError({ key: input.key, offset, subject, resource: name }, reason, error);
      }
      return rows > 0;
    },
  };
}
