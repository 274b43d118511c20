import type { CheckResult } from '../invariants/check-round.js';
import type { Sighting } from '../invariants/round-seen.js';
import type { ApiClient } from './api-client.js';

/** Looks once more at every export of a run, long after it ended and on every instance. */
export async function checkAgain(
  ends: ReadonlyMap<string, Sighting>,
  clients: readonly ApiClient[],
): Promise<CheckResult> {
  const problems: string[] = [];
  for (const [id, end] of ends) {
    for (const client of clients) {
      const seen = await client.sight(id);
      if (seen === undefined) problems.push(`${client.name} says nothing about export ${id}`);
      else if (seen.state !== end.state || seen.result !== end.result) {
        problems.push(`export ${id} was ${end.state}, and at the end ${seen.state} on ${client.name}`);
      }
    }
  }
  return { promise: 'an outcome stays until the end', problems };
}
