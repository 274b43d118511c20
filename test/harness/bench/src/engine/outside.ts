import { createScans } from '@millrace/run';
import type { BundledView } from '@millrace/samples';
import { compileView } from '@millrace/viewdef';
import { interleave, median } from '../interleave.js';
import { rounded } from '../rounded.js';
import type { EngineOptions } from './engine-benchmark.js';
import { readInput } from './input.js';
import { measureEngine, measureScan } from './measure.js';
import type { Measured } from './measure.js';

/** The cost for its view of a column that only fhirpath.js can evaluate. */
export interface OutsideResult {
  readonly view: string;
  /** The path of the column. */
  readonly column: string;
  /** Median over the rounds of the time of the view with the column to that without it, which the scan takes. */
  readonly toWithout: number;
  /** The same time, divided by that of a view with the column alone: the cost of the other columns. */
  readonly toColumnAlone: number;
}

const COLUMN = "id.matches('^a')";

/**
 * The first view of each resource type, with one column more. Views that the scan declines anyway are left
 * out.
 */
export async function benchmarkOutside(
  views: readonly BundledView[],
  { bytes, data, format, rounds }: EngineOptions,
): Promise<OutsideResult[]> {
  const firsts = new Map(views.toReversed().map((view) => [String(view.view.resource), view]));
  const results: OutsideResult[] = [];
  for (const [resource, { name, view }] of firsts) {
    const column = [{ name: 'outside_the_scan', path: COLUMN }];
    const select = Array.isArray(view['select']) ? (view['select'] as readonly unknown[]) : [];
    const [without, withColumn, alone] = [
      view,
      { ...view, select: [...select, { column }] },
      { ...view, where: undefined, select: [{ column }] },
    ].map((definition) => compileView(definition, { engine: 'codegen' }));
    if (without === undefined || withColumn === undefined || alone === undefined) continue;
    const { scan } = createScans()([without], format);
    if (scan === undefined) continue;
    const input = await readInput(resource, bytes, data);
    const runs = interleave<Measured>(
      [
        { name: 'without', run: () => measureScan(input, [without], scan, format) },
        { name: 'with', run: () => measureEngine(input, withColumn, format) },
        { name: 'alone', run: () => measureEngine(input, alone, format) },
      ],
      rounds,
    );
    const toOther = (other: string): number =>
      rounded(
        median(
          (runs.get('with') ?? []).map(
            ({ seconds }, round) => seconds / (runs.get(other)?.[round]?.seconds ?? Number.NaN),
          ),
        ),
      );
    results.push({
      view: name,
      column: COLUMN,
      toWithout: toOther('without'),
      toColumnAlone: toOther('alone'),
    });
  }
  return results;
}
