import type { Plan, Subject, Task } from '@millrace/export';

/**
 * A plan with the tasks that copy deletions in a stage of their own, behind those that copy resources: these tell which
 * resources stand although they were deleted once. Unchanged where there are no such tasks.
 */
export function tellDeletionsLast(plan: Plan, subjects: readonly Subject[]): Plan {
  const subject = subjects.findIndex(({ kind }) => kind === 'deletions');
  const pass = plan.passes.findIndex((one) => one.subjects.includes(subject));
  const isTelling = (task: Task): boolean => task.pass === pass;
  const telling = plan.stages.flat().filter(isTelling);
  if (pass < 0 || telling.length === 0) return plan;
  const before = plan.stages.map((tasks) => tasks.filter((task) => !isTelling(task)));
  const stages = [...before.filter(({ length }) => length > 0), telling];
  // Only deletions leave a stage, and theirs is the first one: a source without resources has no other.
  const moved = before.length + 1 - stages.length;
  return {
    ...plan,
    stages,
    outputs: plan.outputs.map(({ stage }, index) => {
      return { stage: index === subject ? stages.length - 1 : Math.max(0, stage - moved) };
    }),
  };
}
