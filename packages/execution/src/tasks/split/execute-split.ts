import type { TaskOf } from '@millrace/export';
import { copyTask } from '../copy/execute-copy.js';
import { supersededOf } from '../superseded-of.js';
import type { TaskExecutor } from '../task-executor.js';

/** Copies the lines of a range of an input that are of a subject to buckets of patients, on an engine thread. */
export const executeSplit: TaskExecutor<TaskOf<'split'>> = async (ports, work, onCut) => {
  const { task, stop, finishAtCut } = work;
  const superseded = await supersededOf(ports.jobs, work);
  const copy = { ...copyTask(ports, work), ...superseded, buckets: task.buckets };
  return ports.pool.copy(copy, { stop, finishAtCut, onCut });
};
