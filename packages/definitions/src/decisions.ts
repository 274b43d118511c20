import type { ObjectStore } from '@millrace/storage';
import * as z from 'zod';
import { decisionKey } from './version-key.js';

/** The outcome of a transaction. While it is undecided, its versions do not count. */
export type Decision = 'committed' | 'aborted' | 'undecided';

const storedSchema = z.object({
  schemaVersion: z.literal(1),
  decision: z.enum(['committed', 'aborted']),
  /** Keys of the versions that are of the transaction. Absent where nobody knew them. */
  versions: z.array(z.string()).optional(),
});

/** A writer that has not decided so long after its first write is dead, or has lost its chance. */
const ABANDONED_MS = 60_000;
const MOST_KNOWN = 1000;

/**
 * Decides transactions: one object each, created if absent, says whether all versions of a transaction count or none. The first
 * decision holds, whoever makes it.
 */
export interface Decisions {
  /**
   * The decision that holds.
   *
   * @param versions keys of the versions of the transaction
   */
  decide(
    transaction: string,
    decision: Exclude<Decision, 'undecided'>,
    versions?: readonly string[],
  ): Promise<Decision>;
  /** Aborts a transaction whose writer seems to be dead. @param preparedAt ISO instant of one of its versions */
  find(transaction: string, preparedAt: string): Promise<Decision>;
  /** Removes a decision if none of its versions is there any more. One whose versions are unknown stays. */
  forget(transaction: string): Promise<void>;
}

export function createDecisions(
  ports: Readonly<{ store: ObjectStore; tenant: string; now: () => number }>,
): Decisions {
  const { store, tenant, now } = ports;
  const known = new Map<string, Decision>();

  function remember(transaction: string, decision: Decision): Decision {
    known.set(transaction, decision);
    const [oldest] = known.keys();
    if (known.size > MOST_KNOWN && oldest !== undefined) known.delete(oldest);
    return decision;
  }

  async function stored(transaction: string): Promise<z.infer<typeof storedSchema> | undefined> {
    const body = await store.read(decisionKey(tenant, transaction));
    return body === undefined
      ? undefined
      : storedSchema.parse(JSON.parse(Buffer.from(body).toString('utf8')));
  }

  async function read(transaction: string): Promise<Decision> {
    const found = await stored(transaction);
    return found === undefined ? 'undecided' : remember(transaction, found.decision);
  }

  async function decide(
    transaction: string,
    decision: Exclude<Decision, 'undecided'>,
    versions?: readonly string[],
  ): Promise<Decision> {
    const body = Buffer.from(JSON.stringify({ schemaVersion: 1, decision, versions }));
    const result = await store.createIfAbsent(decisionKey(tenant, transaction), body);
    return result === 'created' ? remember(transaction, decision) : read(transaction);
  }

  return {
    decide,
    async find(transaction, preparedAt) {
      const found = known.get(transaction) ?? (await read(transaction));
      if (found !== 'undecided' || now() - Date.parse(preparedAt) < ABANDONED_MS) return found;
      return decide(transaction, 'aborted');
    },
    async forget(transaction) {
      const versions = (await stored(transaction))?.versions;
      if (versions === undefined) return;
      for (const key of versions) if ((await store.stat(key)) !== undefined) return;
      known.delete(transaction);
      await store.remove([decisionKey(tenant, transaction)]);
    },
  };
}
