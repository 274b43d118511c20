import { isReading, readOf, tallyNotices } from '@millrace/export';
import type {
  ExportRecord,
  ExportRequest,
  JobStore,
  Notice,
  Part,
  Plan,
  ReadTally,
  Tally,
  ReadingTask,
} from '@millrace/export';
import { emptyTables } from './empty-tables.js';
import type { FinishedSubject } from './finished-subject.js';
import { nulledValues } from './nulled-values.js';
import { plannedSteps } from './planned-steps.js';

/**
 * The notices of a manifest: inputs that were not read, lines and resources that were passed over, values that became null,
 * and empty tables.
 */
export async function gatherNotices(
  jobs: Pick<JobStore, 'tallies' | 'parts'>,
  record: Pick<ExportRecord, 'id' | 'skippedLines'>,
  request: ExportRequest,
  plan: Plan,
  made: { readonly files: readonly (readonly Part[])[]; readonly subjects: readonly FinishedSubject[] },
): Promise<readonly Notice[]> {
  const reads: ReadTally[] = [];
  for (const { steps, tasks } of plannedSteps(plan)) {
    for (const [index, tally] of (await jobs.tallies(record.id, steps)).entries()) {
      const task = tasks[index];
      if (task !== undefined && isReading(task)) reads.push(readTally(plan, task, tally));
    }
  }
  return [
    ...plan.notices,
    ...tallyNotices(reads, limitOf(request)),
    ...unplacedLines(record, reads),
    ...(await nulledValues(jobs, request, plan, made)),
    ...emptyTables(request, plan, made.files),
  ];
}

/** The limit that decided about resources whose time cannot be read. Bulk Data has one without being asked for it. */
function limitOf({ filter, acceptedAt }: ExportRequest): '_since' | '_until' | 'acceptedAt' {
  if (filter?.since !== undefined) return '_since';
  return filter?.until === acceptedAt ? 'acceptedAt' : '_until';
}

function readTally(plan: Plan, task: ReadingTask, tally: Tally): ReadTally {
  const { input, pass } = readOf(plan, task);
  return { input: input.key, resourceType: pass.resourceType, pass: task.pass, tally };
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
    { kind: 'skipped-line', count, diagnostics: `lines that are not resources were skipped: ${count}` },
  ];
}
