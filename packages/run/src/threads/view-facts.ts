import type { CompileView, CompiledView } from '@millrace/viewdef';
import type { EvaluationProgress } from '../range/evaluation-progress.js';
import type { RangeTask } from '../range/range-task.js';
import { expectedEngine } from './expected-engine.js';

/** Views of an export of which something is to be told before, or without, evaluating them. */
export type ViewsTask = Pick<
  RangeTask,
  'views' | 'fhirVersion' | 'bases' | 'engine' | 'format' | 'partitionBy'
>;

/** Facts about a view, as plain data, because they cross threads. */
export interface ViewFacts {
  readonly columns: CompiledView['columns'];
  /** Name of the engine that evaluates it. */
  readonly engine: string;
}

/** Facts of each view of the task, in its order. */
export function viewFacts(
  { views, fhirVersion, bases, engine, format, partitionBy }: ViewsTask,
  compile: CompileView,
  progress: Pick<EvaluationProgress, 'view' | 'rest'>,
): readonly ViewFacts[] {
  const facts = views.map(({ subject, view }) => {
    progress.view(subject);
    const compiled = compile(view, { engine, fhirVersion, bases });
    return { columns: compiled.columns, engine: expectedEngine(compiled, engine, { format, partitionBy }) };
  });
  progress.rest();
  return facts;
}
