import { EMPTY_TALLY, attemptPrefix, formatOfPass } from '@millrace/export';
import type { Cut, Part, TaskOf } from '@millrace/export';
import { byPartition, partitionsOf, plannedSteps } from '@millrace/lifecycle';
import { groupParts, joinParts } from '@millrace/run';
import { ObjectChangedError, ObjectMissingError } from '@millrace/storage';
import type { ExecutionPorts } from '../../ports.js';
import { PartMissingError } from '../../steps/part-missing-error.js';
import { partLimits } from '../part-limits.js';
import type { TaskExecutor, TaskWork } from '../task-executor.js';

/**
 * Makes files of about `PART_BYTES` of the parts of a pass, one cut for each file. Its offsets count parts: they are those of
 * a stage that is over, so that each attempt finds the same. A part that no other fits to stays as it is, and no file has
 * rows of two partitions.
 */
export const executeJoin: TaskExecutor<TaskOf<'join'>> = async (ports, work, onCut) => {
  const { lease, checkpoint, request, plan, task, stop, finishAtCut } = work;
  const { joinBelowBytes: below } = ports.settings;
  const { partBytes, partRows } = partLimits(ports.settings.limits, request);
  const made = await madeParts(ports.jobs, work);
  const partitionOf = await partitionsOf(ports.store, made.flat());
  const parts = made.flatMap((ofSubject) => byPartition(ofSubject, partitionOf));
  const groups = groupParts(
    parts.slice(checkpoint.offset),
    { bytes: partBytes, rows: partRows, below },
    (part) => partitionOf(part) ?? null,
  );
  const options = { format: formatOfPass(request, plan.passes[task.pass]), header: request.header };
  const prefix = attemptPrefix(request.tenant, lease);
  const engines = ['join'];
  let [from, number] = [checkpoint.offset, checkpoint.cuts];
  let last: Cut = { cut: number, from, to: from, parts: [], bytesRead: 0, tally: EMPTY_TALLY };
  for (const [at, group] of groups.entries()) {
    stop.throwIfAborted();
    const key = `${prefix}${number + 1}`;
    const joined = await joinParts(group, { ...options, key }, ports.store, stop).catch(partMissing);
    const to = from + group.length;
    last = {
      cut: number,
      from,
      to,
      parts: [joined],
      replaced: amountsOf(group),
      bytesRead: 0,
      tally: EMPTY_TALLY,
    };
    if (at === groups.length - 1) break;
    await onCut(last);
    if (finishAtCut.aborted) return { engines };
    from = to;
    number += 1;
  }
  return { engines, last };
};

/** Parts that were committed do not come back: another attempt finds no others. */
function partMissing(error: unknown): never {
  if (error instanceof ObjectMissingError)
    throw new PartMissingError(error.key, 'is gone from the object store');
  if (error instanceof ObjectChangedError)
    throw new PartMissingError(error.key, `was changed: ${error.message}`);
  throw error;
}

/** The parts of the tasks that are joined, of each subject in the order of the input. */
async function madeParts(
  jobs: Pick<ExecutionPorts['jobs'], 'parts'>,
  { request, plan, task }: TaskWork<TaskOf<'join'>>,
): Promise<readonly (readonly Part[])[]> {
  const { subjects = [] } = plan.passes[task.pass] ?? {};
  const found: Part[] = [];
  let place = 0;
  for (const { stage, steps } of plannedSteps(plan)) {
    if (stage !== (plan.outputs[subjects[0] ?? -1]?.stage ?? 0) - 1) continue;
    const joined = steps.filter((_, at) => place + at >= task.first && place + at < task.end);
    place += steps.length;
    if (joined.length === 0) continue;
    for (const part of (await jobs.parts(request.id, joined)).flat()) found.push(part);
  }
  return subjects.map((subject) => found.filter((part) => part.subject === subject));
}

function amountsOf(parts: readonly Part[]): NonNullable<Cut['replaced']> {
  return {
    rows: parts.reduce((sum, { rows }) => sum + rows, 0),
    bytes: parts.reduce((sum, { bytes }) => sum + bytes, 0),
    files: parts.length,
  };
}
