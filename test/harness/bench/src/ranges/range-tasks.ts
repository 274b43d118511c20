import { proposePlan } from '@millrace/execution';
import { isReading } from '@millrace/export';
import type { Plan, Subject } from '@millrace/export';
import type { CopyTask, RangeFilter, RangeFrame, RangeTask } from '@millrace/run';
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
  shardBytes?: number,
): Promise<RangeTask[]> {
  const subjects = views.map(({ name, view }) => ({ kind: 'view' as const, name, view: { ...view } }));
  return (await plannedFrames(source, subjects, shardBytes)).map(({ frame, pass }) => ({
    ...frame,
    views: pass.subjects.map((subject) => ({ subject, view: views[subject]?.view ?? {} })),
    format,
    header: true,
  }));
}

/** The ranges of an export of the resources of some types, likewise. */
export async function copyTasks(
  source: Source,
  resourceTypes: readonly string[],
  filter: RangeFilter,
): Promise<CopyTask[]> {
  const subjects = resourceTypes.map((type) => ({
    kind: 'resources' as const,
    name: type,
    resourceType: type,
  }));
  return (await plannedFrames(source, subjects)).map(({ frame, pass }) => ({
    ...frame,
    subject: pass.subjects[0] ?? 0,
    filter,
  }));
}

async function plannedFrames(
  source: Source,
  subjects: readonly Subject[],
  shardBytes: number = WORKER_DEFAULTS.shardBytes,
): Promise<{ readonly frame: RangeFrame; readonly pass: Pass }[]> {
  const plan = await proposePlan(source, { subjects }, { shardBytes });
  return plan.stages
    .flat()
    .filter(isReading)
    .flatMap(({ pass: number, input, start, end }, index) => {
      const [pass, pinned] = [plan.passes[number], plan.inputs[input]];
      if (pass === undefined || pinned === undefined) return [];
      const frame: RangeFrame = {
        source: source.name,
        fhirVersion: source.fhirVersion,
        bases: [],
        resourceType: pass.resourceType,
        input: pinned,
        start,
        end,
        from: start,
        firstCut: 0,
        engine: 'auto',
        partPrefix: `${index}/`,
        limits: WORKER_DEFAULTS.limits,
        malformedLines: 'fail',
      };
      return [{ frame, pass }];
    });
}

type Pass = Plan['passes'][number];

/** Bytes that all tasks read. */
export function bytesOf(tasks: readonly Pick<RangeFrame, 'start' | 'end'>[]): number {
  return tasks.reduce((sum, { start, end }) => sum + end - start, 0);
}
