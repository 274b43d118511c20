import type { BackgroundTask, TaskContext, TaskStatus } from './background-task.js';

/** Activates a task once where there is no other process, so without lock and record: in tests and benchmarks. */
export async function activateAlone<Status extends TaskStatus>(
  task: BackgroundTask<Status>,
  context: Partial<TaskContext> = {},
): Promise<Status> {
  const status = task.newStatus();
  const never = new AbortController().signal;
  const alone = { now: Date.now, signal: never, halt: never, cursor: undefined };
  await task.activate({ ...alone, ...context }, status);
  return status;
}
