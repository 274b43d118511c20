import type { ActivationReason } from './background-task.js';

/** The latest activation that ended. Times in ms since the epoch, durations in ms. */
export interface LastActivation {
  /** Counts the activations of all processes, from 1. */
  readonly iteration: number;
  readonly startedAt: number;
  readonly elapsedMs: number;
  readonly reason: ActivationReason;
  /** Status of the task, also when it threw. */
  readonly details: Readonly<Record<string, unknown>>;
  /** The error that it threw. */
  readonly error?: string | undefined;
}

export interface TaskRecord {
  readonly current:
    | { readonly state: 'idle' }
    | { readonly state: 'running'; readonly since: number; readonly reason: ActivationReason };
  readonly last?: LastActivation | undefined;
}

/** A task as operators see it. */
export interface DeclaredTask {
  readonly name: string;
  readonly description: string;
  readonly periodSecs: number;
}

/** The shared state of the tasks. Each task has a lock of its own, which expires if its holder dies. */
export interface TaskStates {
  /** Takes a task; undefined while another process has it. */
  begin(
    task: string,
    by: { nonce: string; reason: ActivationReason; lockMs: number },
  ): Promise<
    | { readonly iteration: number; readonly startedAt: number; readonly last: LastActivation | undefined }
    | undefined
  >;
  /** Keeps the lock for this time again; false when it has ended. */
  renew(task: string, nonce: string, lockMs: number): Promise<boolean>;
  /** Gives it back, and records the activation. Nothing is recorded when the lock has passed to somebody else. */
  finish(task: string, nonce: string, last: LastActivation): Promise<'finished' | 'lost'>;
  read(task: string): Promise<TaskRecord>;
  /** Says which tasks there are: these and no others. */
  declare(tasks: readonly DeclaredTask[]): Promise<void>;
  /** By name. */
  declared(): Promise<readonly DeclaredTask[]>;
}
