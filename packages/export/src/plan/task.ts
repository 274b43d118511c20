import type { Range } from './lay-ranges.js';

/**
 * Work that one lease covers, over a range of an input: `range` evaluates the views of a pass, `copy` copies lines for the
 * one subject of a pass.
 */
export type Task = ({ readonly kind: 'range' } & Range) | ({ readonly kind: 'copy' } & Range);

export type TaskOf<Kind extends Task['kind']> = Extract<Task, { kind: Kind }>;

/** The offset of the first cut of a task and the bytes of inputs that it reads, as they are stored. */
export function extentOf(task: Task): { readonly start: number; readonly bytes: number } {
  switch (task.kind) {
    case 'range':
    case 'copy':
      return { start: task.start, bytes: task.end - task.start };
    default:
      return task satisfies never;
  }
}
