import { noCounts } from './pass-result.js';
import type { Counts, Failure, PassResult } from './pass-result.js';
import { commandFor } from './repeat-command.js';
import type { ThreadTask } from './thread-message.js';
import type { Tiers } from './tiers.js';

/** The results of a run. */
export interface Summary extends Counts {
  readonly tiers: Tiers;
  readonly seed: string;
  /** The first pass, and the first that was not run: with that as its first, another run goes on. */
  readonly from: number;
  readonly next: number;
  readonly passes: number;
  readonly failures: number;
}

export function emptySummary({ tiers, seed }: ThreadTask, from: number): Summary {
  return { tiers, seed, from, next: from, passes: 0, ...noCounts, failures: 0 };
}

export function addResult(summary: Summary, result: PassResult): Summary {
  return {
    ...summary,
    passes: summary.passes + 1,
    views: summary.views + result.views,
    cases: summary.cases + result.cases,
    compared: summary.compared + result.compared,
    sound: summary.sound + result.sound,
    soundCompared: summary.soundCompared + result.soundCompared,
    rows: summary.rows + result.rows,
    stops: summary.stops + result.stops,
    traps: summary.traps + result.traps,
    refusals: summary.refusals + result.refusals,
    failures: summary.failures + (result.failure === undefined ? 0 : 1),
  };
}

/** A failure for people, with the command that shows it alone. */
export function failureText(failure: Failure, { tiers, seed }: Summary): string {
  const { pass, lines } = failure;
  return [
    ...(failure.kind === 'broken'
      ? [`pass ${pass} of seed ${JSON.stringify(seed)} has no result: ${failure.message}`]
      : [
          `${tiers} differ (${failure.format}): ${failure.difference}`,
          `  views: ${failure.definitions}`,
          `  framing: ${failure.framing}`,
          ...(failure.filter === undefined ? [] : [`  filter: ${failure.filter}`]),
          `  bases: ${failure.bases}`,
          `  line: ${JSON.stringify(failure.input)}`,
        ]),
    `  again: ${commandFor({ tiers, seed, lines }, { from: pass, passes: 1 })}`,
    '',
  ].join('\n');
}
