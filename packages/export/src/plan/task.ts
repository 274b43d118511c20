import type { Range } from './lay-ranges.js';

/** Work that one lease covers. `range` evaluates the views of a pass over a range of an input. */
export type Task = { readonly kind: 'range' } & Range;

export type TaskOf<Kind extends Task['kind']> = Extract<Task, { kind: Kind }>;

/** Where the first cut of a task starts, and how many bytes of inputs it reads, as they are stored. */
export function extentOf(task: Task): { readonly start: number; readonly bytes: number } {
  switch (task.kind) {
    case 'range':
      return { start: task.start, bytes: task.end - task.start };
    default:
      return task.kind satisfies never;
  }
}
