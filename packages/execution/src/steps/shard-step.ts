import { LeaseLostError, attemptPrefix, ownBases, shardIndex } from '@millrace/export';
import type { Checkpoint, Committed, Cut, ExportFilter, ExportRequest, Lease, Plan } from '@millrace/export';
import type { RangeFilter, RangeTask } from '@millrace/run';
import { persist } from '../lease/persist.js';
import type { ExecutionPorts } from '../ports.js';
import { checkOutput } from './output-limits.js';

/** What the job store has does not continue what this attempt did: another claim goes on from there. */
export class CheckpointGapError extends Error {
  override readonly name = 'CheckpointGapError';
  readonly stored: Checkpoint;

  constructor(lease: Lease, stored: Checkpoint) {
    super(`${lease.step} of export ${lease.exportId} stands at cut ${stored.cuts}, offset ${stored.offset}`);
    this.stored = stored;
  }
}

export interface ShardWork {
  readonly lease: Lease;
  readonly checkpoint: Checkpoint;
  readonly attempt: number;
  readonly request: ExportRequest;
  readonly plan: Plan;
  /** Ends the work at once. */
  readonly stop: AbortSignal;
  /** Ends the work at the next cut. */
  readonly finishAtCut: AbortSignal;
}

/** A shard that is done, and what evaluated each view of its pass. */
export interface ShardDone {
  readonly engines: readonly string[];
  /** What the export has written by then. */
  readonly written?: Committed;
}

/** Evaluates a shard from its checkpoint on. Undefined when it was left unfinished at a cut. */
export async function shardStep(ports: ExecutionPorts, work: ShardWork): Promise<ShardDone | undefined> {
  const summary = await ports.pool.run(rangeTask(ports, work), {
    stop: work.stop,
    finishAtCut: work.finishAtCut,
    onCut: async (cut) =>
      checkOutput(await recordCut(ports, work, cut, 'commit-part'), ports.settings.output),
  });
  const { engines, last } = summary;
  if (last === undefined) return undefined;
  return { engines, written: await recordCut(ports, work, last, 'commit-shard') };
}

/** @throws CheckpointGapError, LeaseLostError */
async function recordCut(
  ports: ExecutionPorts,
  { lease, attempt, request, plan, stop }: ShardWork,
  cut: Cut,
  op: 'commit-part' | 'commit-shard',
): Promise<Committed> {
  const { jobs } = ports;
  const isLast = op === 'commit-shard';
  const write = () => (isLast ? jobs.commitShard(lease, cut) : jobs.commitPart(lease, cut));
  const answer = await persist(write, stop);
  switch (answer.kind) {
    case 'committed':
      ports.events.cutCommitted({
        exportId: lease.exportId,
        step: lease.step,
        attempt,
        cut: cut.cut,
        parts: cut.parts.length,
        rowsWritten: cut.parts.reduce((sum, { rows }) => sum + rows, 0),
        bytesWritten: cut.parts.reduce((sum, { bytes }) => sum + bytes, 0),
        bytesRead: cut.bytesRead,
        format: request.format,
        input: inputOf(plan, lease).key,
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

function rangeTask(ports: ExecutionPorts, work: ShardWork): RangeTask {
  const { lease, checkpoint, request, plan } = work;
  const { settings } = ports;
  const shard = found(plan.shards[shardIndex(lease.step) ?? -1], lease);
  const pass = found(plan.passes[shard.pass], lease);
  return {
    source: request.source,
    fhirVersion: request.fhirVersion,
    bases: ownBases(request),
    resourceType: pass.resourceType,
    input: inputOf(plan, lease),
    start: shard.start,
    end: shard.end,
    from: checkpoint.offset,
    firstCut: checkpoint.cuts,
    views: pass.subjects.map((subject) => ({
      subject,
      view: found(request.subjects[subject], lease).view,
    })),
    ...(request.filter === undefined ? {} : { filter: rangeFilter(request.filter, plan) }),
    engine: settings.engine,
    format: request.format,
    header: request.header,
    partPrefix: attemptPrefix(request.tenant, lease),
    limits: settings.limits,
    malformedLines: settings.malformedLines,
  };
}

function inputOf(plan: Plan, lease: Lease): Plan['inputs'][number] {
  const shard = found(plan.shards[shardIndex(lease.step) ?? -1], lease);
  return found(plan.inputs[shard.input], lease);
}

/** A filter by patients or groups without its cohort would let everything through. */
function rangeFilter({ since, patients, groups }: ExportFilter, { cohort }: Plan): RangeFilter {
  const byPatient = patients !== undefined || groups !== undefined;
  if (byPatient && cohort === undefined) throw new Error('the plan lacks the patients of the filter');
  return {
    ...(since === undefined ? {} : { since }),
    ...(cohort === undefined ? {} : { patients: cohort.key }),
  };
}

function found<T>(value: T | undefined, lease: Lease): T {
  if (value === undefined) throw new Error(`the plan of export ${lease.exportId} has no ${lease.step}`);
  return value;
}
