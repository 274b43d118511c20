import { createHash } from 'node:crypto';
import type { Attack } from '../attacks/attack.js';
import { CUT, openConnection } from '../connection.js';
import type { Connection } from '../connection.js';
import { count, emptyTally } from './tally.js';
import type { Tally } from './tally.js';

export interface AttackTerms {
  readonly fhirUrl: string;
  /** The order of the kinds. */
  readonly seed: number;
  /** Clients at a time. */
  readonly sockets: number;
  /** Part of the names of the kinds that are sent. */
  readonly only: string;
}

/** Sends one attack after the other from each socket, until the signal; those that are under way then are waited for. */
export async function attackOn(
  { fhirUrl, seed, sockets }: Omit<AttackTerms, 'only'>,
  attacks: readonly Attack[],
  stop: AbortSignal,
): Promise<Tally> {
  const order = attacks.toSorted((a, b) => rank(seed, a).localeCompare(rank(seed, b)));
  const tally = emptyTally(attacks);
  let turn = 0;
  await prepare(openConnection(fhirUrl), attacks);
  const client = async (): Promise<void> => {
    const connection = openConnection(fhirUrl);
    while (!stop.aborted) {
      const own = turn++;
      const attack = order[own % order.length];
      if (attack === undefined) break;
      // A service that is gone takes no connection.
      count(tally, attack, await attack.send(connection, own).catch(() => CUT));
    }
    connection.close();
  };
  await Promise.all(Array.from({ length: sockets }, client));
  return tally;
}

async function prepare(connection: Connection, attacks: readonly Attack[]): Promise<void> {
  for (const attack of attacks) await attack.prepare?.(connection);
  connection.close();
}

function rank(seed: number, { name }: Attack): string {
  return createHash('sha256').update(`${seed} ${name}`).digest('hex');
}
