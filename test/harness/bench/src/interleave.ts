/** A candidate that is measured: its run returns its own times. */
export interface Candidate<T> {
  readonly name: string;
  run(): T;
}

/**
 * Runs all candidates once a round, each round beginning with another one, so that a disturbance affects all
 * of them alike. One round before the first is not counted: it warms the code up.
 */
export function interleave<T>(candidates: readonly Candidate<T>[], rounds: number): Map<string, T[]> {
  const results = new Map<string, T[]>(candidates.map(({ name }) => [name, []]));
  for (const { candidate, counts } of turns(candidates, rounds)) {
    const result = candidate.run();
    if (counts) results.get(candidate.name)?.push(result);
  }
  return results;
}

/** The same for candidates that take their time; each is awaited before the next. */
export async function interleaveAsync<T>(
  candidates: readonly Candidate<Promise<T>>[],
  rounds: number,
): Promise<Map<string, T[]>> {
  const results = new Map<string, T[]>(candidates.map(({ name }) => [name, []]));
  for (const { candidate, counts } of turns(candidates, rounds)) {
    const result = await candidate.run();
    if (counts) results.get(candidate.name)?.push(result);
  }
  return results;
}

function* turns<C>(candidates: readonly C[], rounds: number): Generator<{ candidate: C; counts: boolean }> {
  for (let round = -1; round < rounds; round += 1) {
    for (let turn = 0; turn < candidates.length; turn += 1) {
      const candidate = candidates[(turn + round + 1) % candidates.length];
      if (candidate !== undefined) yield { candidate, counts: round >= 0 };
    }
  }
}

/** The middle one, or the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

export function geometricMean(values: readonly number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}
