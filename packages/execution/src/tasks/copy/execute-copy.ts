import { attemptPrefix, ownBases, readOf } from '@millrace/export';
import type { TaskOf } from '@millrace/export';
import { keptElements } from '@millrace/fhir';
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
  const asked = subject === undefined ? undefined : request.subjects[subject];
  if (subject === undefined || asked?.kind !== 'resources')
    throw new Error(`the plan of export ${request.id} copies subject ${subject}, which is none of resources`);
  const { elements, where } = asked;
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
    ...(elements === undefined ? {} : { keys: keptElements(pass.resourceType, elements) }),
    ...(where === undefined ? {} : { where }),
    ...(request.filter === undefined ? {} : { filter: rangeFilter(request.filter, plan) }),
    engine: settings.engine,
    partPrefix: attemptPrefix(request.tenant, lease),
    limits: settings.limits,
    malformedLines: settings.malformedLines,
  };
}
