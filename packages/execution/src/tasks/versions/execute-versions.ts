import { attemptPrefix, readOf } from '@millrace/export';
import type { TaskOf } from '@millrace/export';
import type { VersionsTask } from '@millrace/run';
import type { TaskExecutor, TaskWork } from '../task-executor.js';

/**
 * Finds the superseded lines of a resource type, on an engine thread. It has no place to go on from, so that it is not left at a
 * cut: it would begin anew each time.
 */
export const executeVersions: TaskExecutor<TaskOf<'versions'>> = ({ pool }, work) =>
  pool.findSuperseded(versionsTask(work), work.stop);

function versionsTask({ task, lease, request, plan }: TaskWork<TaskOf<'versions'>>): VersionsTask {
  const { pass } = readOf(plan, task);
  return {
    source: request.source,
    fhirVersion: request.fhirVersion,
    resourceType: pass.resourceType,
    inputs: plan.inputs.slice(task.input, task.input + task.inputs),
    firstInput: task.input,
    share: task.share,
    shares: task.shares,
    until: request.acceptedAt,
    subject: pass.subjects[0] ?? 0,
    partPrefix: attemptPrefix(request.tenant, lease),
  };
}
