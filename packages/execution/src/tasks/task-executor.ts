import type { Checkpoint, Cut, ExportRequest, Lease, Plan, Task } from '@millrace/export';
import type { ExecutionPorts } from '../ports.js';

/** A task, under the lease of its shard. */
export interface TaskWork<Planned extends Task> {
  readonly task: Planned;
  readonly lease: Lease;
  /** The place at which an earlier attempt stopped. */
  readonly checkpoint: Checkpoint;
  readonly request: ExportRequest;
  readonly plan: Plan;
  /** Ends the work at once. */
  readonly stop: AbortSignal;
  /** Ends the work at the next cut. */
  readonly finishAtCut: AbortSignal;
}

/** The result of a task. */
export interface TaskSummary {
  /** The engine that evaluated each subject. */
  readonly engines: readonly string[];
  /** The last cut. `onCut` is not called for it: it is recorded together with the end. Absent when the task was left before. */
  readonly last?: Cut;
}

/**
 * Does tasks of one kind, from their checkpoint on.
 *
 * @param onCut records a cut before that of the end; work goes on when it resolves and ends when it rejects
 */
export type TaskExecutor<Planned extends Task> = (
  ports: ExecutionPorts,
  work: TaskWork<Planned>,
  onCut: (cut: Cut) => Promise<void>,
) => Promise<TaskSummary>;
