import { EMPTY_TALLY, attemptPrefix } from '@millrace/export';
import type { ExportRequest, JobStore, Plan, TaskOf } from '@millrace/export';
import { plannedSteps } from '@millrace/lifecycle';
import { gatherBlocks, writeBlocks } from '@millrace/run';
import type { BucketPart } from '@millrace/run';
import type { TaskExecutor } from '../task-executor.js';

/**
 * Writes the blocks of the patients of one bucket, in one cut: what it keeps in memory is bounded, and an attempt that ends
 * early begins anew.
 */
export const executeGather: TaskExecutor<TaskOf<'gather'>> = async (ports, work) => {
  const { task, lease, checkpoint, request, plan, stop } = work;
  const { store, settings } = ports;
  const [subject] = plan.passes[task.pass]?.subjects ?? [];
  if (subject === undefined) throw new Error(`the plan of export ${request.id} has no pass ${task.pass}`);
  const filled = await filledParts(ports.jobs, request, plan);
  const blocks = gatherBlocks(store, filled, task, stop);
  const { partBytes, partRows } = settings.limits;
  const partPrefix = attemptPrefix(request.tenant, lease);
  const parts = await writeBlocks(blocks, { subject, partPrefix, partBytes, partRows }, store);
  const at = checkpoint.offset;
  const last = { cut: checkpoint.cuts, from: at, to: at, parts, bytesRead: 0, tally: EMPTY_TALLY };
  return { engines: ['copy'], last };
};

/** The parts with buckets, in the order of the inputs. */
async function filledParts(
  jobs: Pick<JobStore, 'parts'>,
  { id, subjects }: ExportRequest,
  plan: Plan,
): Promise<readonly BucketPart[]> {
  const found: BucketPart[] = [];
  for (const { steps, tasks } of plannedSteps(plan)) {
    const filling = steps.filter((_, at) => tasks[at]?.kind === 'split');
    for (const part of (await jobs.parts(id, filling)).flat()) {
      const { key, bytes, etag } = part;
      const subject = subjects[part.subject];
      const isPatients = subject?.kind === 'resources' && subject.resourceType === 'Patient';
      found.push({ key, bytes, etag, isPatients });
    }
  }
  return found;
}
