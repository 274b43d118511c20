import { attemptPrefix, ownBases, readOf } from '@millrace/export';
import type { ExportRequest, Plan, TaskOf } from '@millrace/export';
import { keptElements } from '@millrace/fhir';
import { plannedSteps } from '@millrace/lifecycle';
import type { CopyTask } from '@millrace/run';
import type { ExecutionPorts } from '../../ports.js';
import { copyFilter } from '../range-filter.js';
import { supersededOf } from '../superseded-of.js';
import type { TaskExecutor, TaskWork } from '../task-executor.js';

/** Copies the lines of a range of an input that are of a subject, on an engine thread. */
export const executeCopy: TaskExecutor<TaskOf<'copy'>> = async (ports, work, onCut) => {
  const { stop, finishAtCut } = work;
  const superseded = await supersededOf(ports.jobs, work);
  const copy = { ...copyTask(ports, work), ...superseded };
  const standing =
    copy.deletionsOf === undefined ? {} : { standing: await standingKeys(ports.jobs, work, copy) };
  return ports.pool.copy({ ...copy, ...standing }, { stop, finishAtCut, onCut });
};

/** The objects that name resources of the output, of all tasks of earlier stages that copied some. */
async function standingKeys(
  jobs: Pick<ExecutionPorts['jobs'], 'parts'>,
  { request, plan }: TaskWork<TaskOf<'copy'>>,
  { subject }: Pick<CopyTask, 'subject'>,
): Promise<readonly string[]> {
  const found: string[] = [];
  for (const { stage, steps } of plannedSteps(plan)) {
    if (stage >= (plan.outputs[subject]?.stage ?? 0)) break;
    for (const part of (await jobs.parts(request.id, steps)).flat())
      if (part.subject === subject) found.push(part.key);
  }
  return found;
}

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
  'subject' | 'resourceType' | 'filter' | 'keys' | 'where' | 'deletionsOf' | 'deletedPatients' | 'deleted'
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
        ...deletedOf(plan, resourceType, subjects),
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
    case 'sql':
    case undefined:
      throw new Error(`the plan of export ${id} copies subject ${index}, which it does not have as lines`);
    default:
      return subject satisfies never;
  }
}

function deletedOf(
  { deletions = {} }: Plan,
  resourceType: string,
  subjects: ExportRequest['subjects'],
): Pick<CopyTask, 'deleted'> {
  const ofType = Object.hasOwn(deletions, resourceType) ? deletions[resourceType] : undefined;
  if (ofType === undefined) return {};
  const toldBy = subjects.findIndex(({ kind }) => kind === 'deletions');
  return { deleted: { key: ofType.key, ...(toldBy < 0 ? {} : { toldBy }) } };
}
