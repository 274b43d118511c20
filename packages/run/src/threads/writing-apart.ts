import type { RangeTask } from '../range/range-task.js';

/**
 * The task with a longer prefix for its parts, and for those of each view. Parts that an ended task stored but did not record
 * must not collide with those of the task that goes on there.
 */
export function writingApart(task: RangeTask, ending: string): RangeTask {
  const views = task.views.map((view) =>
    view.partPrefix === undefined ? view : { ...view, partPrefix: `${view.partPrefix}${ending}` },
  );
  return { ...task, partPrefix: `${task.partPrefix}${ending}`, views };
}
