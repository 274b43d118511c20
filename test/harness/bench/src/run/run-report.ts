import { geometricMean, median } from '../interleave.js';
import { rounded } from '../rounded.js';
import type { WholeRun } from './run-whole.js';

/** The runs of all programs over one input, in rounds. */
export interface WholeRounds {
  readonly view: string;
  readonly bytes: number;
  readonly runs: ReadonlyMap<string, readonly WholeRun[]>;
}

interface ProgramResult {
  readonly seconds: number;
  readonly mbPerSecond: number;
  /** Without the time for the smallest input; undefined for that itself. */
  readonly netMbPerSecond: number | undefined;
  readonly peakMb: number;
  /** Median over the rounds of Millrace's speed to that of this program in the same round. */
  readonly millraceTo: number;
}

export interface WholeComparison {
  readonly view: string;
  readonly bytes: number;
  readonly programs: Readonly<Record<string, ProgramResult>>;
}

/** @param smallest of the same view */
export function compareWhole({ view, bytes, runs }: WholeRounds, smallest: WholeRounds): WholeComparison {
  const ours = runs.get('millrace') ?? [];
  const programs = [...runs].map(([name, of]): [string, ProgramResult] => {
    const seconds = secondsOf(of);
    const net = seconds - secondsOf(smallest.runs.get(name) ?? []);
    const ratios = of.map((run, round) => run.seconds / (ours[round]?.seconds ?? Number.NaN));
    return [
      name,
      {
        seconds: rounded(seconds),
        mbPerSecond: rounded(bytes / 1e6 / seconds),
        netMbPerSecond: bytes > smallest.bytes ? rounded((bytes - smallest.bytes) / 1e6 / net) : undefined,
        peakMb: rounded(Math.max(...of.map(({ peakBytes }) => peakBytes)) / 1e6),
        millraceTo: rounded(median(ratios)),
      },
    ];
  });
  return { view, bytes, programs: Object.fromEntries(programs) };
}

/** Geometric mean over the views, by name of the program. */
export function meanOverViews(comparisons: readonly WholeComparison[]): Record<string, number> {
  const names = new Set(comparisons.flatMap(({ programs }) => Object.keys(programs)));
  const ratios = (name: string) => comparisons.flatMap(({ programs }) => programs[name]?.millraceTo ?? []);
  return Object.fromEntries([...names].map((name) => [name, rounded(geometricMean(ratios(name)))]));
}

function secondsOf(runs: readonly WholeRun[]): number {
  return median(runs.map(({ seconds }) => seconds));
}
