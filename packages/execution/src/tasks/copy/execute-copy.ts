import { NewerVersionError, attemptPrefix, exportObjectKey, ownBases, readOf } from '@millrace/export';
import type { TaskOf } from '@millrace/export';
import type { CopyTask } from '@millrace/run';
import type { ExecutionPorts } from '../../ports.js';
import { rangeFilter } from '../range-filter.js';
import type { TaskExecutor, TaskWork } from '../task-executor.js';

/** Copies the lines of a range of an input that are of a subject, on an engine thread. */
export const executeCopy: TaskExecutor<TaskOf<'copy'>> = (ports, work, onCut) => {
  const { stop, finishAtCut } = work;
  return ports.pool.copy(copyTask(ports, work), { stop, finishAtCut, onCut });
};

function copyTask(
  { settings }: Pick<ExecutionPorts, 'settings'>,
  { task, lease, checkpoint, request, plan }: TaskWork<TaskOf<'copy'>>,
): CopyTask {
  const { input, pass } = readOf(plan, task);
  const [subject] = pass.subjects;
  const asked = request.subjects[subject ?? -1];
  if (asked?.kind !== 'resources' || asked.elements !== undefined || asked.where !== undefined)
    throw new NewerVersionError(exportObjectKey(request.tenant, request.id, 'request'), 'what is copied');
  if (subject === undefined) throw new Error(`pass ${task.pass} of export ${request.id} has no subject`);
  return {
    source: request.source,
    fhirVersion: request.fhirVersion,
    bases: ownBases(request),
    resourceType: pass.resourceType,
    input,
    start: task.start,
    end: task.end,
    from: checkpoint.offset,
    firstCut: checkpoint.cuts,
    subject,
    ...(request.filter === undefined ? {} : { filter: rangeFilter(request.filter, plan) }),
    engine: settings.engine,
    partPrefix: attemptPrefix(request.tenant, lease),
    limits: settings.limits,
    malformedLines: settings.malformedLines,
  };
}
