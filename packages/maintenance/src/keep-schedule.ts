import type { Events } from '@millrace/observability';
import type { BackgroundTask } from './background-task.js';
import type { TaskStates } from './task-states.js';

export interface SchedulePorts {
  readonly states: Pick<TaskStates, 'declare' | 'declared'>;
  readonly schedule: {
    /** Ensures that each task is ticked; says which were not. */
    ensure(
      schedules: readonly { readonly task: string; readonly everyMs: number }[],
    ): Promise<{ readonly missing: readonly string[]; readonly overdue: readonly string[] }>;
  };
  readonly events: Pick<Events, 'schedulesRestored'>;
}

/**
 * Keeps all tasks scheduled and declared: a function to be called again and again. It tells of schedules that were lost or gave
 * no ticks; that a task which nobody has declared has none is as it should be.
 */
export function createScheduleKeeper(
  tasks: readonly Pick<BackgroundTask, 'name' | 'description' | 'periodSecs'>[],
  { states, schedule, events }: SchedulePorts,
): () => Promise<void> {
  const schedules = tasks.map(({ name, periodSecs }) => ({ task: name, everyMs: periodSecs * 1000 }));
  const declarations = tasks.map(({ name, description, periodSecs }) => ({ name, description, periodSecs }));
  let declared: ReadonlySet<string> | undefined;
  let isOverdueAgain = false;

  return async () => {
    declared ??= new Set((await states.declared()).map(({ name }) => name));
    const { missing, overdue } = await schedule.ensure(schedules);
    // After the schedules: another process that finds a task declared must find it scheduled too.
    await states.declare(declarations);
    const lost = missing.filter((task) => declared?.has(task));
    declared = new Set(tasks.map(({ name }) => name));
    if (lost.length > 0) events.schedulesRestored({ reason: 'missing', tasks: lost, isAgain: false });
    if (overdue.length > 0) {
      events.schedulesRestored({ reason: 'overdue', tasks: overdue, isAgain: isOverdueAgain });
    }
    isOverdueAgain = overdue.length > 0;
  };
}
