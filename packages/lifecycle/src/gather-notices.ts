import { shardStep, tallyNotices } from '@millrace/export';
import type { ExportRecord, ExportRequest, JobStore, Notice, Part, Plan, ReadTally } from '@millrace/export';
import { emptyTables } from './empty-tables.js';

/** Steps whose tallies are fetched at once. */
const STEPS_AT_ONCE = 500;

/** What the manifest says that the export did not read, beside its inputs and in them, and which tables have no rows. */
export async function gatherNotices(
  jobs: Pick<JobStore, 'tallies'>,
  record: Pick<ExportRecord, 'id' | 'skippedLines'>,
  request: ExportRequest,
  plan: Plan,
  files: readonly (readonly Part[])[],
): Promise<readonly Notice[]> {
  const reads: ReadTally[] = [];
  for (let first = 0; first < plan.shards.length; first += STEPS_AT_ONCE) {
    const shards = plan.shards.slice(first, first + STEPS_AT_ONCE);
    const steps = shards.map((_, index) => shardStep(first + index));
    for (const [index, tally] of (await jobs.tallies(record.id, steps)).entries()) {
      const { input = 0, pass = 0 } = shards[index] ?? {};
      const key = plan.inputs[input]?.key ?? '';
      const resourceType = plan.passes[pass]?.resourceType ?? '';
      reads.push({ input: key, resourceType, pass, tally });
    }
  }
  return [
    ...plan.notices,
    ...tallyNotices(reads),
    ...unplacedLines(record, reads),
    ...emptyTables(request, plan, files),
  ];
}

/** Lines that workers of a version passed over which kept no places. */
function unplacedLines(
  { skippedLines }: Pick<ExportRecord, 'skippedLines'>,
  reads: readonly ReadTally[],
): Notice[] {
  const placed = reads.reduce((sum, { tally }) => sum + tally.skippedLines, 0);
  const count = skippedLines - placed;
  if (count <= 0) return [];
  return [
    { kind: 'skipped-line', count, diagnostics: `lines that are no resources were passed over: ${count}` },
  ];
}
