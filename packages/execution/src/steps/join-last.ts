import { isReading } from '@millrace/export';
import type { ExportRequest, Plan, Task, TaskOf } from '@millrace/export';

/** Tasks whose parts one task joins. More would leave workers without work at the end of a large export. */
const MOST_JOINED = 64;
/** A gzip file of more bytes is one task, and makes a part every minute. */
const SEVERAL_PARTS_BYTES = 32 << 20;

/**
 * A plan with a stage behind all others that makes few large files of the parts of each pass of views, where there are
 * several. Engines open each file by itself, and a shard may make little of its input.
 */
export function joinLast(
  plan: Plan,
  { subjects, partitionBy }: Pick<ExportRequest, 'subjects' | 'partitionBy'>,
): Plan {
  // Each cut of a range makes a part of each partition.
  const hasSmallParts = partitionBy !== undefined;
  const stage = plan.stages.length;
  const joins = placesByPass(plan.stages.at(-1) ?? []).flatMap(({ pass, first, end }): TaskOf<'join'>[] => {
    const isOfViews = plan.passes[pass]?.subjects.every((index) => subjects[index]?.kind === 'view') ?? false;
    if (!isOfViews || !(hasSmallParts || hasSeveralParts(plan, first, end))) return [];
    const starts = Array.from(
      { length: Math.ceil((end - first) / MOST_JOINED) },
      (_, at) => first + at * MOST_JOINED,
    );
    return starts.map((start) => {
      return { kind: 'join', pass, first: start, end: Math.min(end, start + MOST_JOINED) };
    });
  });
  if (joins.length === 0) return plan;
  const joined = new Set(joins.flatMap(({ pass }) => plan.passes[pass]?.subjects ?? []));
  return {
    ...plan,
    stages: [...plan.stages, joins],
    outputs: plan.outputs.map((output, index) => (joined.has(index) ? { stage } : output)),
  };
}

/** Where the ranges of each pass are in a stage. They follow each other. */
function placesByPass(tasks: readonly Task[]): { pass: number; first: number; end: number }[] {
  const places: { pass: number; first: number; end: number }[] = [];
  for (const [place, { kind, pass }] of tasks.entries()) {
    if (kind !== 'range') continue;
    const last = places.at(-1);
    if (last?.pass === pass && last.end === place) last.end = place + 1;
    else places.push({ pass, first: place, end: place + 1 });
  }
  return places;
}

function hasSeveralParts({ stages, inputs }: Plan, first: number, end: number): boolean {
  if (end - first > 1) return true;
  const task = stages.at(-1)?.[first];
  if (task === undefined || !isReading(task)) return false;
  return inputs[task.input]?.compression === 'gzip' && task.end - task.start > SEVERAL_PARTS_BYTES;
}
