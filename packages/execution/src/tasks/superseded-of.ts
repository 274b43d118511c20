import { readOf, shardStepId } from '@millrace/export';
import type { JobStore, ReadingTask } from '@millrace/export';
import { DELETED } from '@millrace/storage';
import type { RangeFrame } from '@millrace/run';
import type { TaskWork } from './task-executor.js';

/**
 * The superseded lines of the input of a range, which tasks of an earlier stage have found.
 *
 * @throws Error when one of them is missing: older versions would come out
 */
export async function supersededOf(
  jobs: Pick<JobStore, 'parts'>,
  { task, request, plan }: Pick<TaskWork<ReadingTask>, 'task' | 'request' | 'plan'>,
): Promise<Pick<RangeFrame, 'superseded'>> {
  const { resourceType } = readOf(plan, task).pass;
  // A deletion is no version of a resource.
  if (request.versions !== true || resourceType === DELETED) return {};
  const steps = plan.stages.flat().flatMap((planned, shard) => {
    const isOfType = planned.kind === 'versions' && readOf(plan, planned).pass.resourceType === resourceType;
    return isOfType ? [shardStepId(shard)] : [];
  });
  const objects = (await jobs.parts(request.id, steps)).flat();
  if (steps.length === 0 || objects.length !== steps.length)
    throw new Error(`the superseded lines of ${resourceType} in export ${request.id} are not known`);
  return {
    superseded: { input: task.input, objects: objects.map(({ key, bytes, etag }) => ({ key, bytes, etag })) },
  };
}
