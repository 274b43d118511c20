import type { Answer, Connection } from '../connection.js';

/** A kind of request that does harm where a service does not expect it. */
export interface Attack {
  /** The end of the sentence "A client sends ...". */
  readonly name: string;
  /** Status codes that are right answers; `cut` where the service may also close the connection without one. */
  readonly answers: readonly (number | 'cut')[];
  /** Sent once before anything else, where the attack needs something to be there. */
  prepare?(connection: Connection): Promise<void>;
  /** @param turn differs each time: what was sent before may be remembered. Gives the answer. */
  send(connection: Connection, turn: number): Promise<Answer>;
}

/** Right answers to any request of a client whom the service has no room for, with `Retry-After`. */
const BUSY: readonly number[] = [429, 503];

/** The fault of an answer, as a clause; undefined when it is one of those that the attack declares. */
export function oddity(
  attack: Pick<Attack, 'answers'>,
  { status, hasRetryAfter }: Answer,
): string | undefined {
  if (attack.answers.includes(status)) return undefined;
  if (status === 'cut') return 'the connection was cut';
  if (!BUSY.includes(status)) return `it answered ${status}`;
  return hasRetryAfter ? undefined : `it answered ${status} without Retry-After`;
}
