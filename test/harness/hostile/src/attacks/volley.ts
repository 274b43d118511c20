import type { Answer, Connection } from '../connection.js';
import { oddity } from './attack.js';
import type { Attack } from './attack.js';

const AT_ONCE = 60;

/** The same from sixty clients at once. Its answer is one that is not as declared, if there is one. */
export function volley(
  name: string,
  answers: Attack['answers'],
  ask: (client: Connection) => Promise<Answer>,
): Attack {
  return {
    name,
    answers,
    async send(connection) {
      const clients = Array.from({ length: AT_ONCE }, () => connection.another());
      const all = await Promise.all(clients.map(ask));
      for (const client of clients) client.close();
      return worstOf({ answers }, all);
    },
  };
}

function worstOf(attack: Pick<Attack, 'answers'>, all: readonly Answer[]): Answer {
  const [first] = all.toSorted((a, b) => Number(isOdd(attack, b)) - Number(isOdd(attack, a)));
  if (first === undefined) throw new Error('a volley has no answers');
  return first;
}

function isOdd(attack: Pick<Attack, 'answers'>, answer: Answer): boolean {
  return oddity(attack, answer) !== undefined;
}
