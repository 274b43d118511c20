import type { CutInput, Plan } from '@millrace/export';
import { makePlan } from '@millrace/export';
import { InputsNotUnderstoodError, surveyNotices } from '@millrace/run';
import { cutAtLines } from '@millrace/storage';
import type { Source } from '@millrace/storage';

/**
 * Pins the inputs of a source and cuts them into shards.
 *
 * @param resourceTypes resource type of each subject, in request order
 * @param isRead whether there can be rows of a resource type; all are read without it
 * @param stop ends the work, with its reason
 * @throws InputsNotUnderstoodError when a type that is read has no input, and there are files that nobody reads
 */
export async function proposePlan(
  source: Source,
  resourceTypes: readonly string[],
  shardBytes: number,
  isRead: (resourceType: string) => boolean = () => true,
  stop?: AbortSignal,
): Promise<Plan> {
  const inputsOf = new Map<string, CutInput[]>();
  for (const resourceType of new Set(resourceTypes)) {
    if (!isRead(resourceType)) continue;
    const cut: CutInput[] = [];
    for (const input of await source.list(resourceType)) {
      cut.push({ input, offsets: await cutAtLines(source, input, shardBytes, stop) });
    }
    inputsOf.set(resourceType, cut);
  }
  const survey = await source.survey([...inputsOf.keys()]);
  const lacking = [...inputsOf].filter(([, inputs]) => inputs.length === 0).map(([type]) => type);
  if (lacking.length > 0 && survey.unread.count > 0) {
    throw new InputsNotUnderstoodError(lacking, survey.unread);
  }
  return makePlan(resourceTypes, inputsOf, surveyNotices(survey));
}
