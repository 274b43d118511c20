import { createScans } from '@millrace/run';
import type { BundledView } from '@millrace/samples';
import { compileView } from '@millrace/viewdef';
import { interleave, median } from '../interleave.js';
import { rounded } from '../rounded.js';
import type { EngineOptions } from './engine-benchmark.js';
import { readInput } from './input.js';
import { measureScan } from './measure.js';
import type { Measured } from './measure.js';

/** The promise for three views: one pass takes at most this share of the time of three. */
export const ONE_PASS_LIMIT = 0.75;

export interface OnePassResult {
  readonly resource: string;
  readonly views: readonly string[];
  /** Of the one pass. */
  readonly mbPerSecond: number;
  /** Median over the rounds of the time of one pass to that of a pass for each view, in the same round. */
  readonly toOneByOne: number;
  readonly sameRows: boolean;
}

/** One scan for all views of a resource type, in turns with a scan for each. Types with one view are left out. */
export async function benchmarkOnePass(
  views: readonly BundledView[],
  options: EngineOptions,
): Promise<OnePassResult[]> {
  const types = new Set(views.map(({ view }) => String(view.resource)));
  const results: OnePassResult[] = [];
  for (const type of types) {
    const result = await benchmarkType(
      type,
      views.filter(({ view }) => view.resource === type),
      options,
    );
    if (result !== undefined) results.push(result);
  }
  return results;
}

/** Undefined where there is nothing to compare: one view, or one that the scan declines. */
async function benchmarkType(
  resource: string,
  views: readonly BundledView[],
  { bytes, data, format, rounds }: EngineOptions,
): Promise<OnePassResult | undefined> {
  const compiled = views.map(({ view }) => compileView(view, { engine: 'codegen' }));
  const passes = [compiled, ...compiled.map((view) => [view])].flatMap((together) => {
    const { scan, declines } = createScans()(together, format);
    return scan === undefined || declines.length > 0 ? [] : [{ together, scan }];
  });
  if (views.length < 2 || passes.length < views.length + 1) return undefined;
  const input = await readInput(resource, bytes, data);
  const runs = interleave(
    passes.map(({ together, scan }, index) => ({
      name: String(index),
      run: () => measureScan(input, together, scan, format),
    })),
    rounds,
  );
  const [one = [], ...each] = passes.map((_, index) => runs.get(String(index)) ?? []);
  const sumOf = (round: number, fact: (run: Measured) => number): number =>
    each.reduce((sum, ofView) => sum + ofView.slice(round, round + 1).reduce((_, run) => fact(run), 0), 0);
  return {
    resource,
    views: views.map(({ name }) => name),
    mbPerSecond: rounded(median(one.map(({ bytesIn, seconds }) => bytesIn / seconds)) / 1e6),
    toOneByOne: rounded(
      median(one.map(({ seconds }, round) => seconds / sumOf(round, (run) => run.seconds))),
    ),
    sameRows: one.every(({ rows }, round) => rows === sumOf(round, (run) => run.rows)),
  };
}
