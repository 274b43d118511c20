import type { Counts, Failure, PassResult } from './run-pass.js';
import type { Tiers } from './tiers.js';

/** What a run came to. */
export interface Summary extends Counts {
  readonly tiers: Tiers;
  readonly seed: string;
  readonly passes: number;
  readonly failures: number;
}

export function emptySummary(tiers: Tiers, seed: string): Summary {
  return {
    tiers,
    seed,
    passes: 0,
    views: 0,
    cases: 0,
    compared: 0,
    rows: 0,
    stops: 0,
    refusals: 0,
    failures: 0,
  };
}

export function addResult(summary: Summary, result: PassResult): Summary {
  return {
    ...summary,
    passes: summary.passes + 1,
    views: summary.views + result.views,
    cases: summary.cases + result.cases,
    compared: summary.compared + result.compared,
    rows: summary.rows + result.rows,
    stops: summary.stops + result.stops,
    refusals: summary.refusals + result.refusals,
    failures: summary.failures + (result.failure === undefined ? 0 : 1),
  };
}

/** A failure for people, with the command that shows it alone. */
export function failureText(failure: Failure, { tiers, seed }: Summary): string {
  const line = failure.line === undefined ? '' : ` --line ${failure.line}`;
  return [
    `${tiers} differ (${failure.format}): ${failure.difference}`,
    `  views: ${failure.definitions}`,
    `  framing: ${failure.framing}`,
    ...(failure.filter === undefined ? [] : [`  filter: ${failure.filter}`]),
    `  line: ${JSON.stringify(failure.input)}`,
    `  again: npm run differential -- --tiers ${tiers} --seed ${seed} --from ${failure.pass} --passes 1${line}`,
    '',
  ].join('\n');
}
