import { shardStep } from '@millrace/export';
import type { ExportRequest, JobStore, Part, Plan } from '@millrace/export';

/** Steps whose parts are fetched at once. */
const STEPS_AT_ONCE = 500;

/**
 * The files of every subject, in request order, each in input order. A subject without rows has one empty file, once
 * `finalize` has stored it.
 */
export async function gatherParts(
  jobs: Pick<JobStore, 'parts'>,
  request: ExportRequest,
  plan: Plan,
): Promise<Part[][]> {
  const files: Part[][] = request.subjects.map(() => []);
  for (let first = 0; first < plan.shards.length; first += STEPS_AT_ONCE) {
    const count = Math.min(STEPS_AT_ONCE, plan.shards.length - first);
    const steps = Array.from({ length: count }, (_, index) => shardStep(first + index));
    for (const part of (await jobs.parts(request.id, steps)).flat()) filesOf(files, part).push(part);
  }
  for (const part of (await jobs.parts(request.id, ['finalize'])).flat()) filesOf(files, part).push(part);
  return files;
}

/** A part of nothing that was asked for would be rows that no output has. */
function filesOf(files: readonly Part[][], { subject, key }: Part): Part[] {
  const found = files[subject];
  if (found === undefined)
    throw new Error(`output file ${key} is of subject ${subject}, which the request has not`);
  return found;
}
