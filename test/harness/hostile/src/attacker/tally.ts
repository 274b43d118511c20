import { oddity } from '../attacks/attack.js';
import type { Attack } from '../attacks/attack.js';
import type { Answer } from '../connection.js';

/** The answers to one kind of attack. */
export interface AttackTally {
  /** How often each answer came: a status code, or `cut`. */
  readonly answers: Record<string, number>;
  /** Descriptions of the first few wrong answers. */
  readonly oddities: string[];
  odd: number;
}

/** By the name of the attack. */
export type Tally = Record<string, AttackTally>;

const MOST_ODDITIES = 3;

export function emptyTally(attacks: readonly Pick<Attack, 'name'>[]): Tally {
  return Object.fromEntries(attacks.map(({ name }) => [name, { answers: {}, oddities: [], odd: 0 }]));
}

export function count(tally: Tally, attack: Pick<Attack, 'name' | 'answers'>, answer: Answer): void {
  const own = tally[attack.name];
  if (own === undefined) return;
  own.answers[answer.status] = (own.answers[answer.status] ?? 0) + 1;
  const odd = oddity(attack, answer);
  if (odd === undefined) return;
  own.odd += 1;
  if (own.oddities.length < MOST_ODDITIES) own.oddities.push(odd);
}
