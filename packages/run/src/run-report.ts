import { emptyNotices, tallyNotices } from '@millrace/export';
import type { Notice, ReadTally } from '@millrace/export';
import type { FinishedRange } from './evaluate-in-order.js';
import type { RangePlan } from './plan/plan-ranges.js';
import type { RunOrder } from './run-order.js';

/** The counts of a run; sizes are in bytes as stored. */
export interface RunReport {
  readonly rows: number;
  readonly resources: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** The engines that ran, such as `codegen`, each once; views may differ. */
  readonly engines: readonly string[];
  /** Files, resources and lines that were not read, and views without rows. */
  readonly notices: readonly Notice[];
}

/**
 * @param finished the ranges of the plan, in its order
 * @param written rows of each view, and bytes of all
 */
export function runReport(
  { views }: Pick<RunOrder, 'views'>,
  plan: RangePlan,
  finished: readonly FinishedRange[],
  { rows, bytesOut }: { readonly rows: readonly number[]; readonly bytesOut: number },
): RunReport {
  const read = new Set(plan.ranges.map(({ pass }) => plan.passes[pass]?.resourceType));
  const tables = views.map(({ resource }, view) => {
    return { resourceType: resource, hasInput: read.has(resource), rows: rows[view] ?? 0 };
  });
  return {
    rows: rows.reduce((sum, ofView) => sum + ofView, 0),
    resources: countResources(plan, finished),
    bytesIn: countBytes(plan, finished),
    bytesOut,
    engines: enginesOf(views, finished),
    notices: [...plan.notices, ...tallyNotices(readTallies(plan, finished)), ...emptyNotices(tables)],
  };
}

/** Only in the first pass over a resource type: later ones see the same resources. */
function countResources({ passes, ranges }: RangePlan, finished: readonly FinishedRange[]): number {
  const firstOf = new Map<string, number>();
  for (const [pass, { resourceType }] of passes.entries()) {
    if (!firstOf.has(resourceType)) firstOf.set(resourceType, pass);
  }
  const first = new Set(firstOf.values());
  return finished.reduce(
    (sum, { resources }, index) => (first.has(ranges[index]?.pass ?? -1) ? sum + resources : sum),
    0,
  );
}

/**
 * An input counts once, however often it was read. An input that can be read only once counts with the
 * decompressed bytes that came.
 */
function countBytes({ inputs, ranges }: RangePlan, finished: readonly FinishedRange[]): number {
  const bytesOf = new Map<string, number>();
  for (const { name, input, isReadOnce } of inputs) if (!isReadOnce) bytesOf.set(name, input.bytes);
  for (const [index, { last }] of finished.entries()) {
    const input = inputs[ranges[index]?.input ?? -1];
    if (input?.isReadOnce) bytesOf.set(input.name, last?.to ?? 0);
  }
  return [...bytesOf.values()].reduce((sum, bytes) => sum + bytes, 0);
}

function readTallies({ inputs, passes, ranges }: RangePlan, finished: readonly FinishedRange[]): ReadTally[] {
  return finished.flatMap(({ tally }, index) => {
    const { pass = -1, input = -1 } = ranges[index] ?? {};
    const [{ resourceType } = {}, { name } = {}] = [passes[pass], inputs[input]];
    if (resourceType === undefined || name === undefined) return [];
    return [{ input: name, resourceType, pass, tally }];
  });
}

/** Without any input, the engine is the one that generated code would have run on. */
function enginesOf(views: RunOrder['views'], finished: readonly FinishedRange[]): readonly string[] {
  const ran = finished.flatMap(({ engines }) => engines);
  const names = ran.length > 0 ? ran : views.map(({ engine }) => engine);
  return [...new Set(names)].sort();
}
