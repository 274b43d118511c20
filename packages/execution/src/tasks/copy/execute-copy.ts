import { attemptPrefix, ownBases, readOf } from '@millrace/export';
import type { ExportRequest, Plan, TaskOf } from '@millrace/export';
import { keptElements } from '@millrace/fhir';
import type { CopyTask } from '@millrace/run';
import type { ExecutionPorts } from '../../ports.js';
import { copyFilter } from '../range-filter.js';
import { supersededOf } from '../superseded-of.js';
import type { TaskExecutor, TaskWork } from '../task-executor.js';

/** Copies the lines of a range of an input that are of a subject, on an engine thread. */
export const executeCopy: TaskExecutor<TaskOf<'copy'>> = async (ports, work, onCut) => {
  const { stop, finishAtCut } = work;
  const superseded = await supersededOf(ports.jobs, work);
  return ports.pool.copy({ ...copyTask(ports, work), ...superseded }, { stop, finishAtCut, onCut });
};

/** A task that copies the lines of a subject. */
export function copyTask(
  { settings }: Pick<ExecutionPorts, 'settings'>,
  { task, lease, checkpoint, request, plan }: TaskWork<TaskOf<'copy' | 'split'>>,
): CopyTask {
  const { input, pass } = readOf(plan, task);
  return {
    source: request.source,
    fhirVersion: request.fhirVersion,
    bases: ownBases(request),
    input,
    start: task.start,
    end: task.end,
    from: checkpoint.offset,
    firstCut: checkpoint.cuts,
    ...copied(request, plan, pass.subjects[0] ?? -1),
    engine: settings.engine,
    partPrefix: attemptPrefix(request.tenant, lease),
    limits: settings.limits,
    malformedLines: settings.malformedLines,
  };
}

/** The part of a copy task that depends on its subject. */
function copied(
  { id, subjects, filter }: ExportRequest,
  plan: Plan,
  index: number,
): Pick<
  CopyTask,
  'subject' | 'resourceType' | 'filter' | 'keys' | 'where' | 'deletionsOf' | 'deletedPatients'
> {
  const subject = subjects[index];
  switch (subject?.kind) {
    case 'resources': {
      const { resourceType, elements, where } = subject;
      const passing = copyFilter(filter, plan, subject);
      return {
        subject: index,
        resourceType,
        ...(passing === undefined ? {} : { filter: passing }),
        ...(elements === undefined ? {} : { keys: keptElements(resourceType, elements) }),
        ...(where === undefined ? {} : { where }),
      };
    }
    case 'deletions': {
      const { since, until } = filter ?? {};
      const times = { ...(since === undefined ? {} : { since }), ...(until === undefined ? {} : { until }) };
      return {
        subject: index,
        resourceType: 'Bundle',
        filter: times,
        deletionsOf: subject.resourceTypes,
        ...(plan.cohort === undefined ? {} : { deletedPatients: plan.cohort.key }),
      };
    }
    case 'view':
    case 'blocks':
    case undefined:
      throw new Error(`the plan of export ${id} copies subject ${index}, which it does not have as lines`);
    default:
      return subject satisfies never;
  }
}
