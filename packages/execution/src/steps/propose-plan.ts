import type { CutInput, Plan } from '@millrace/export';
import { makePlan } from '@millrace/export';
import { cutAtLines } from '@millrace/storage';
import type { Source } from '@millrace/storage';

/**
 * Pins the inputs of a source and cuts them into shards.
 *
 * @param resourceTypes resource type of each subject, in request order
 * @param isRead whether there can be rows of a resource type; all are read without it
 */
export async function proposePlan(
  source: Source,
  resourceTypes: readonly string[],
  shardBytes: number,
  isRead: (resourceType: string) => boolean = () => true,
): Promise<Plan> {
  const inputsOf = new Map<string, CutInput[]>();
  for (const resourceType of new Set(resourceTypes)) {
    if (!isRead(resourceType)) continue;
    const cut: CutInput[] = [];
    for (const input of await source.list(resourceType)) {
      cut.push({ input, offsets: await cutAtLines(source, input, shardBytes) });
    }
    inputsOf.set(resourceType, cut);
  }
  return makePlan(resourceTypes, inputsOf);
}
