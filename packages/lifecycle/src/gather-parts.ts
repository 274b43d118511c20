import { tableOfSubject } from '@millrace/export';
import type { ExportRequest, JobStore, Part, Plan } from '@millrace/export';
import { plannedSteps } from './planned-steps.js';

/**
 * The files of the output of every subject, in request order, each in input order. Parts that other stages
 * wrote for a subject are not among them, nor are those of tables. A subject without rows has one empty file, once `finalize` has
 * stored it.
 */
export async function gatherParts(
  jobs: Pick<JobStore, 'parts'>,
  request: ExportRequest,
  plan: Plan,
): Promise<Part[][]> {
  if (plan.outputs.length !== request.subjects.length)
    throw new Error(
      `the plan of export ${request.id} does not say where the output of each subject comes from`,
    );
  const files: Part[][] = request.subjects.map(() => []);
  for (const { stage, steps } of plannedSteps(plan)) {
    if (!plan.outputs.some((output) => output.stage === stage)) continue;
    for (const part of (await jobs.parts(request.id, steps)).flat()) {
      if (tableOfSubject(request, part.subject) !== undefined) continue;
      const ofSubject = filesOf(files, part);
      if (plan.outputs[part.subject]?.stage === stage) ofSubject.push(part);
    }
  }
  for (const part of (await jobs.parts(request.id, ['finalize'])).flat()) filesOf(files, part).push(part);
  return files;
}

/** A part of nothing that was asked for would be rows that no output has. */
function filesOf(files: readonly Part[][], { subject, key }: Part): Part[] {
  const found = files[subject];
  if (found === undefined)
    throw new Error(`output file ${key} is of subject ${subject}, which the request does not have`);
  return found;
}
