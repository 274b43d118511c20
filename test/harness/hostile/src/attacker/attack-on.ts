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

export interface AttackSignals {
  /** Ends the attack once every kind was sent: a slow machine takes longer for the same promises. */
  readonly finish: AbortSignal;
  /** Ends the attack as it stands. */
  readonly stop: AbortSignal;
}

/** Sends one attack after the other from each socket, until a signal; those that are under way then are waited for. */
export async function attackOn(
  { fhirUrl, seed, sockets }: Omit<AttackTerms, 'only'>,
  attacks: readonly Attack[],
  { finish, stop }: AttackSignals,
): Promise<Tally> {
  const order = attacks.toSorted((a, b) => rank(seed, a).localeCompare(rank(seed, b)));
  const tally = emptyTally(attacks);
  let turn = 0;
  await prepare(openConnection(fhirUrl), attacks);
  const client = async (): Promise<void> => {
    const connection = openConnection(fhirUrl);
    while (!stop.aborted && (!finish.aborted || turn < order.length)) {
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
