import { LeaseLostError, formatOfPass, readOf, shardIndex, taskOf } from '@millrace/export';
import type { Checkpoint, Committed, Cut, Lease, Task } from '@millrace/export';
import { persist } from '../lease/persist.js';
import type { ExecutionPorts } from '../ports.js';
import { executeTask } from '../tasks/execute-task.js';
import type { TaskWork } from '../tasks/task-executor.js';
import { checkOutput, outputLimitsOf } from './output-limits.js';

/** The state in the job store does not continue the work of this attempt: another claim goes on from there. */
export class CheckpointGapError extends Error {
  override readonly name = 'CheckpointGapError';
  readonly stored: Checkpoint;

  constructor(lease: Lease, stored: Checkpoint) {
    super(`${lease.step} of export ${lease.exportId} stands at cut ${stored.cuts}, offset ${stored.offset}`);
    this.stored = stored;
  }
}

export interface ShardWork extends Omit<TaskWork<Task>, 'task'> {
  readonly attempt: number;
}

/** A finished shard, and the engine that evaluated each view of its pass. */
export interface ShardDone {
  readonly engines: readonly string[];
  /** The output of the export up to then. */
  readonly written?: Committed;
}

/** Does the task of a shard from its checkpoint on. Undefined when it was left unfinished at a cut. */
export async function shardStep(ports: ExecutionPorts, work: ShardWork): Promise<ShardDone | undefined> {
  const { lease, plan } = work;
  const task = taskOf(plan, shardIndex(lease.step) ?? -1);
  if (task === undefined) throw new Error(`the plan of export ${lease.exportId} has no ${lease.step}`);
  const { engines, last } = await executeTask(ports, { ...work, task }, async (cut) =>
    checkOutput(
      await recordCut(ports, work, task, cut, 'commit-part'),
      outputLimitsOf(ports.settings.output, work.request),
    ),
  );
  if (last === undefined) return undefined;
  return { engines, written: await recordCut(ports, work, task, last, 'commit-shard') };
}

/** Rows and bytes that no part had before. Joined parts may have fewer bytes than those in whose place they are. */
function writtenBy({ parts, replaced }: Cut): {
  readonly rowsWritten: number;
  readonly bytesWritten: number;
} {
  const sum = (of: (part: Cut['parts'][number]) => number): number =>
    parts.reduce((all, part) => all + of(part), 0);
  return {
    rowsWritten: Math.max(0, sum(({ rows }) => rows) - (replaced?.rows ?? 0)),
    bytesWritten: Math.max(0, sum(({ bytes }) => bytes) - (replaced?.bytes ?? 0)),
  };
}

/** @throws CheckpointGapError, LeaseLostError */
async function recordCut(
  ports: ExecutionPorts,
  { lease, attempt, request, plan, stop }: ShardWork,
  task: Task,
  cut: Cut,
  op: 'commit-part' | 'commit-shard',
): Promise<Committed> {
  const { jobs } = ports;
  const isLast = op === 'commit-shard';
  const write = () => (isLast ? jobs.commitShard(lease, cut, task.pass) : jobs.commitPart(lease, cut));
  const answer = await persist(write, stop);
  switch (answer.kind) {
    case 'committed':
      ports.events.cutCommitted({
        exportId: lease.exportId,
        step: lease.step,
        attempt,
        cut: cut.cut,
        parts: cut.parts.length,
        ...writtenBy(cut),
        bytesRead: cut.bytesRead,
        format: formatOfPass(request, plan.passes[task.pass]),
        ...(task.kind === 'gather' || task.kind === 'query' || task.kind === 'join'
          ? {}
          : { input: readOf(plan, task).input.key }),
        tally: cut.tally,
      });
      return answer;
    case 'gap':
      throw new CheckpointGapError(lease, answer.checkpoint);
    case 'fenced':
      ports.events.fenced({ exportId: lease.exportId, step: lease.step, op });
      throw new LeaseLostError('fenced', lease);
    default:
      return answer satisfies never;
  }
}
