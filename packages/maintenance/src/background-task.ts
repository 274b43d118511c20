/** The counts of one activation. They are filled in as items finish, so that they survive an early error. */
export interface TaskStatus {
  /** Items of this time or before were eligible, in ms since the epoch, for tasks that have such a limit. */
  cutoff?: number;
  /** Most items of one activation. */
  readonly limit: number;
  /** Where the next activation goes on, in any process; undefined starts over. */
  cursor?: string;
  /** A message for each item that failed, with its id. A failed item never stops the rest. */
  readonly errors: string[];
}

export interface TaskContext {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Aborted when the activation has lasted long enough, or the process stops: it ends at the next item. */
  readonly signal: AbortSignal;
  /**
   * Aborted only when the process stops, or another process has the task: an item that takes longer than an activation ends
   * at once.
   */
  readonly halt: AbortSignal;
  /** `cursor` in the status of the latest activation, of whichever process. */
  readonly cursor: string | undefined;
}

/** Level at which an activation is logged: nothing to do, routine, or a sign of a fault. */
export type TaskLevel = 'debug' | 'info' | 'warn';

/**
 * Work that is repeated without a request. It is bounded, safe to repeat, and takes no input: every
 * activation finds its work by itself.
 */
export interface BackgroundTask<Status extends TaskStatus = TaskStatus> {
  /** In snake case, as in metrics and for operators. */
  readonly name: string;
  readonly description: string;
  readonly periodSecs: number;
  newStatus(): Status;
  activate(context: TaskContext, status: Status): Promise<void>;
  level(status: Status): TaskLevel;
}

/** Why a task was activated: its period had passed, somebody asked for it, or another task found work for it. */
export const ACTIVATION_REASONS = ['timeout', 'signal', 'dependency'] as const;
export type ActivationReason = (typeof ACTIVATION_REASONS)[number];
