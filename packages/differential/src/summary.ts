import type { Failure, ViewResult } from './run-view.js';
import type { Tiers } from './tiers.js';

/** What a run came to; `compared` and `rows` show that it was not about nothing. */
export interface Summary {
  readonly tiers: Tiers;
  readonly seed: string;
  readonly views: number;
  readonly cases: number;
  readonly compared: number;
  readonly rows: number;
  readonly refusals: number;
  readonly failures: number;
}

export function emptySummary(tiers: Tiers, seed: string): Summary {
  return { tiers, seed, views: 0, cases: 0, compared: 0, rows: 0, refusals: 0, failures: 0 };
}

export function addResult(summary: Summary, result: ViewResult): Summary {
  return {
    ...summary,
    views: summary.views + 1,
    cases: summary.cases + result.cases,
    compared: summary.compared + result.compared,
    rows: summary.rows + result.rows,
    refusals: summary.refusals + result.refusals,
    failures: summary.failures + (result.failure === undefined ? 0 : 1),
  };
}

/** A failure for people, with the command that shows it alone. */
export function failureText(failure: Failure, { tiers, seed }: Summary): string {
  const line = failure.line === undefined ? '' : ` --line ${failure.line}`;
  return [
    `${tiers} differ (${failure.format}): ${failure.difference}`,
    `  view: ${failure.definition}`,
    `  line: ${JSON.stringify(failure.input)}`,
    `  again: npm run differential -- --tiers ${tiers} --seed ${seed} --from ${failure.view} --views 1${line}`,
    '',
  ].join('\n');
}
