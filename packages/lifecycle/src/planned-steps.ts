import { shardStepId } from '@millrace/export';
import type { Plan, StepId, Task } from '@millrace/export';

/** Steps whose results are fetched at once. */
const STEPS_AT_ONCE = 500;

/** Steps of one stage of a plan that follow each other, and their tasks. */
export interface PlannedSteps {
  readonly stage: number;
  readonly steps: readonly StepId[];
  readonly tasks: readonly Task[];
}

/** The steps of all stages in their order, as many at a time as one call to the job store may name. */
export function* plannedSteps({ stages }: Pick<Plan, 'stages'>): Generator<PlannedSteps> {
  let first = 0;
  for (const [stage, ofStage] of stages.entries()) {
    for (let at = 0; at < ofStage.length; at += STEPS_AT_ONCE) {
      const tasks = ofStage.slice(at, at + STEPS_AT_ONCE);
      const before = first + at;
      yield { stage, steps: tasks.map((_, index) => shardStepId(before + index)), tasks };
    }
    first += ofStage.length;
  }
}
