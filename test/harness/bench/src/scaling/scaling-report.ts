import { median } from '../interleave.js';
import { rounded } from '../rounded.js';

/** The promise: two threads are at least this many times as fast as one. */
export const TWO_TO_ONE_LIMIT = 1.6;

/** The rounds of one size with one number of threads. */
export interface ScalingRuns {
  readonly inputBytes: number;
  readonly threads: number;
  readonly seconds: readonly number[];
}

export interface ScalingPoint {
  readonly inputBytes: number;
  readonly threads: number;
  readonly seconds: number;
  readonly mbPerSecond: number;
  /** Median over the rounds of the speed to that of the fewest threads, with the same input in the same round. */
  readonly toFewest: number;
  /** The same to that of the smallest input, with as many threads. */
  readonly toSmallest: number;
}

export interface ScalingReport {
  readonly points: readonly ScalingPoint[];
  /** Median over the sizes of two threads to one; undefined where one of the two was not measured. */
  readonly twoToOne: number | undefined;
  readonly within: boolean | undefined;
}

/** By size, then by threads. */
export function reportScaling(runs: readonly ScalingRuns[]): ScalingReport {
  const sorted = runs.toSorted((a, b) => a.inputBytes - b.inputBytes || a.threads - b.threads);
  const points = sorted.map((one): ScalingPoint => {
    const seconds = median(one.seconds);
    const fewest = sorted.find(({ inputBytes }) => inputBytes === one.inputBytes);
    const smallest = sorted.find(({ threads }) => threads === one.threads);
    return {
      inputBytes: one.inputBytes,
      threads: one.threads,
      seconds: rounded(seconds),
      mbPerSecond: rounded(one.inputBytes / seconds / 1e6),
      toFewest: rounded(speedTo(one, fewest)),
      toSmallest: rounded(speedTo(one, smallest)),
    };
  });
  const pairs = sorted
    .filter(({ threads }) => threads === 2)
    .flatMap((two) => {
      const one = sorted.find(({ inputBytes, threads }) => inputBytes === two.inputBytes && threads === 1);
      return one === undefined ? [] : [speedTo(two, one)];
    });
  const twoToOne = pairs.length === 0 ? undefined : median(pairs);
  return {
    points,
    twoToOne: twoToOne === undefined ? undefined : rounded(twoToOne),
    within: twoToOne === undefined ? undefined : twoToOne >= TWO_TO_ONE_LIMIT,
  };
}

function speedTo(runs: ScalingRuns, other: ScalingRuns | undefined): number {
  return median(
    runs.seconds.map((seconds, round) => {
      const otherSeconds = other?.seconds[round] ?? Number.NaN;
      return runs.inputBytes / seconds / ((other?.inputBytes ?? Number.NaN) / otherSeconds);
    }),
  );
}
