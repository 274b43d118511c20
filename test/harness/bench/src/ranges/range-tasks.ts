import { proposePlan } from '@millrace/execution';
import type { RangeTask } from '@millrace/run';
import type { Format } from '@millrace/formats';
import type { BundledView } from '@millrace/samples';
import type { Source } from '@millrace/storage';

/** The default settings of a worker with a plain source on files. */
const WORKER_DEFAULTS = {
  shardBytes: 128 << 20,
  limits: { partBytes: 128 << 20, partRows: 5_000_000, inputBytes: 1 << 30, seconds: 60 },
} as const;

/** The ranges that an export of the views would be cut into, as tasks of an engine; parts have no prefix yet. */
export async function rangeTasks(
  source: Source,
  views: readonly BundledView[],
  format: Format,
  shardBytes: number = WORKER_DEFAULTS.shardBytes,
): Promise<RangeTask[]> {
  const subjects = views.map(({ name, view }) => ({ kind: 'view' as const, name, view: { ...view } }));
  const plan = await proposePlan(source, subjects, shardBytes);
  return plan.stages.flat().flatMap(({ pass, input, start, end }, index): RangeTask[] => {
    const from = plan.passes[pass];
    const pinned = plan.inputs[input];
    if (from === undefined || pinned === undefined) return [];
    return [
      {
        source: source.name,
        fhirVersion: source.fhirVersion,
        bases: [],
        resourceType: from.resourceType,
        input: pinned,
        start,
        end,
        from: start,
        firstCut: 0,
        views: from.subjects.map((subject) => ({ subject, view: views[subject]?.view ?? {} })),
        engine: 'auto',
        format,
        header: true,
        partPrefix: `${index}/`,
        limits: WORKER_DEFAULTS.limits,
        malformedLines: 'fail',
      },
    ];
  });
}

/** Bytes that all tasks read. */
export function bytesOf(tasks: readonly RangeTask[]): number {
  return tasks.reduce((sum, { start, end }) => sum + end - start, 0);
}
