import type { Tally } from './attacker/tally.js';
import type { HonestWork } from './honest-client.js';

/** The observations of a run. */
export interface RunSeen {
  readonly tally: Tally;
  readonly honest: HonestWork;
  /** The worst of a hundred polls, in ms. */
  readonly pollP99Ms: number;
  /** Most memory that the API had resident, in bytes. */
  readonly apiPeakBytes: number;
  /** How the API ended while it was attacked; undefined when it did not. */
  readonly apiEnd: string | undefined;
  /** Whether `/readyz` of the API says yes after the attack. */
  readonly isReady: boolean;
}

export interface Limits {
  readonly pollP99Ms: number;
  readonly apiPeakBytes: number;
}

const LIMITS: Limits = { pollP99Ms: 250, apiPeakBytes: 600e6 };

/** A promise, and the observations that break it. */
export interface Check {
  readonly promise: string;
  readonly problems: readonly string[];
}

export function checkRun(seen: RunSeen, limits: Limits = LIMITS): readonly Check[] {
  const { honest, pollP99Ms, apiPeakBytes, apiEnd } = seen;
  return [
    ...Object.entries(seen.tally).map(([name, { answers, oddities, odd }]) => ({
      promise: `${name}: answered as declared`,
      problems: [
        ...unless(Object.keys(answers).length > 0, 'it was never sent; let the run be longer'),
        ...unless(odd === 0, `${odd} times not: ${oddities.join('; ')}`),
      ],
    })),
    { promise: 'another client is answered as ever', problems: honest.problems },
    {
      promise: 'exports of another client complete meanwhile',
      problems: unless(honest.completed > 0, `none did; ${honest.postponed} kick-offs were postponed`),
    },
    {
      promise: 'runs of another client are answered meanwhile',
      problems: unless(honest.ran > 0, `none was; ${honest.runsPostponed} were postponed`),
    },
    {
      promise: `99 of 100 polls take less than ${limits.pollP99Ms} ms`,
      problems: unless(pollP99Ms < limits.pollP99Ms, `p99 is ${Math.round(pollP99Ms)} ms`),
    },
    {
      promise: `the API takes less than ${megabytes(limits.apiPeakBytes)}`,
      problems: unless(apiPeakBytes < limits.apiPeakBytes, `it took ${megabytes(apiPeakBytes)}`),
    },
    {
      promise: 'the API goes on',
      problems: [
        ...unless(apiEnd === undefined, `it ended with ${apiEnd}`),
        ...unless(seen.isReady, 'it is not ready afterwards'),
      ],
    },
  ];
}

export function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}

function unless(holds: boolean, problem: string): readonly string[] {
  return holds ? [] : [problem];
}
