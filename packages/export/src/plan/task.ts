import type { Range } from './lay-ranges.js';

/** Work that one lease covers. `range` evaluates the views of a pass over a range of an input. */
export type Task = { readonly kind: 'range' } & Range;

export type TaskOf<Kind extends Task['kind']> = Extract<Task, { kind: Kind }>;

/** The offset of the first cut of a task and the bytes of inputs that it reads, as they are stored. */
export function extentOf(task: Task): { readonly start: number; readonly bytes: number } {
  switch (task.kind) {
    case 'range':
      return { start: task.start, bytes: task.end - task.start };
    default:
      return task.kind satisfies never;
  }
}
