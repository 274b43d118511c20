import type { Plan } from '@millrace/export';
import { inputsOf, planRanges } from '@millrace/run';
import type { Source } from '@millrace/storage';

/**
 * Pins the inputs of a source and cuts them into ranges: the one stage of a plan that evaluates views.
 *
 * @param resourceTypes resource type of each subject, in request order
 * @param isRead whether there can be rows of a resource type; all are read without it
 * @param signal ends the work, with its reason
 * @throws InputsNotUnderstoodError when a type that is read has no input, and there are files that nobody reads
 */
export async function proposePlan(
  source: Source,
  resourceTypes: readonly string[],
  shardBytes: number,
  isRead: (resourceType: string) => boolean = () => true,
  signal?: AbortSignal,
): Promise<Plan> {
  const { inputs, passes, ranges, notices } = await planRanges(inputsOf(source), resourceTypes, shardBytes, {
    isRead,
    signal,
  });
  return {
    inputs: inputs.map(({ input }) => input),
    passes,
    stages: ranges.length === 0 ? [] : [ranges.map((range) => ({ kind: 'range', ...range }))],
    outputs: resourceTypes.map(() => ({ stage: 0 })),
    notices: [...notices],
  };
}
