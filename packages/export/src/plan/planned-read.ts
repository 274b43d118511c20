import type { Plan } from './plan.js';
import type { ReadingTask, TaskOf } from './task.js';

/** The input that a task reads, or the first of them, and the pass that reads it. */
export interface PlannedRead {
  readonly input: Plan['inputs'][number];
  readonly pass: Plan['passes'][number];
}

/** @throws Error when the plan names what it does not have */
export function readOf(
  { inputs, passes }: Pick<Plan, 'inputs' | 'passes'>,
  task: ReadingTask | TaskOf<'versions'>,
): PlannedRead {
  const [input, pass] = [inputs[task.input], passes[task.pass]];
  if (input === undefined) throw new Error(`the plan has no input ${task.input}`);
  if (pass === undefined) throw new Error(`the plan has no pass ${task.pass}`);
  return { input, pass };
}
