import type { Range } from './lay-ranges.js';

/** Work that one lease covers. `versions` finds the lines of a resource type that later versions replace. */
export type Task =
  | ReadingTask
  | GatherTask
  | QueryTask
  | JoinTask
  | ({ readonly kind: 'versions' } & VersionsShare);

/**
 * Work over a range of an input: `range` evaluates the views of a pass, `copy` copies lines for the one subject of a pass,
 * and `split` copies them to buckets of patients, for tasks of a later stage.
 */
export type ReadingTask =
  | ({ readonly kind: 'range' } & Range)
  | ({ readonly kind: 'copy' } & Range)
  | ({ readonly kind: 'split'; readonly buckets: number } & Range);

/** Work over one of the buckets that the tasks of an earlier stage filled: `gather` writes the blocks of its patients. */
interface GatherTask {
  readonly kind: 'gather';
  readonly pass: number;
  readonly bucket: number;
  readonly buckets: number;
}

/** `query` runs the SQL of the one subject of a pass over tables that tasks of earlier stages have made. */
interface QueryTask {
  readonly kind: 'query';
  readonly pass: number;
}

/** `join` makes few large files of the parts that some tasks of the stage before made for the subjects of a pass. */
interface JoinTask {
  readonly kind: 'join';
  readonly pass: number;
  /** The tasks, by their places in their stage: from this one to before `end`. */
  readonly first: number;
  readonly end: number;
}

/** The resources of a type whose ids are in one of several shares. All inputs of the type are read for each share. */
export interface VersionsShare {
  /** The first pass of the type. */
  readonly pass: number;
  /** The first of the inputs, which follow each other, and how many they are. */
  readonly input: number;
  readonly inputs: number;
  /** Of the inputs, as they are stored. */
  readonly bytes: number;
  readonly share: number;
  readonly shares: number;
}

export type TaskOf<Kind extends Task['kind']> = Extract<Task, { kind: Kind }>;

/** The offset of the first cut of a task and the bytes of inputs that it reads, as they are stored. */
export function extentOf(task: Task): { readonly start: number; readonly bytes: number } {
  switch (task.kind) {
    case 'range':
    case 'copy':
    case 'split':
      return { start: task.start, bytes: task.end - task.start };
    case 'versions':
      return { start: 0, bytes: task.bytes };
    case 'gather':
    case 'query':
    case 'join':
      return { start: 0, bytes: 0 };
    default:
      return task satisfies never;
  }
}

/** Whether a task reads a range of an input for its subjects. */
export function isReading(task: Task): task is ReadingTask {
  switch (task.kind) {
    case 'range':
    case 'copy':
    case 'split':
      return true;
    case 'gather':
    case 'query':
    case 'join':
    case 'versions':
      return false;
    default:
      return task satisfies never;
  }
}
