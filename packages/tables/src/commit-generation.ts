import { randomUUID } from 'node:crypto';
import type { ObjectStore } from '@millrace/storage';
import { TableRefusedError } from './errors.js';
import { planCommit } from './plan-commit.js';
import type { Generation } from './plan-commit.js';
import { logKey, readTable } from './read-table.js';

/** Others that commit at the same time; each makes one of them win. */
const RACES = 100;

/**
 * Puts a generation into a table as its next version. Of several writers one gets each version; the others take the next.
 *
 * @param mayCommit throws when this writer may not any more; it is asked before each try
 * @returns the version with the generation
 * @throws TableRefusedError
 */
export async function commitGeneration(
  store: Pick<ObjectStore, 'createIfAbsent' | 'list' | 'read'>,
  table: string,
  generation: Generation,
  mayCommit: () => Promise<void>,
): Promise<number> {
  for (let race = 0; race < RACES; race += 1) {
    const { version, content } = planCommit(table, await readTable(store, table), generation, randomUUID());
    if (content === undefined) return version;
    await mayCommit();
    if ((await store.createIfAbsent(logKey(table, version), Buffer.from(content))) === 'created')
      return version;
  }
  throw new TableRefusedError(
    table,
    `got a new version from others ${RACES} times while this one was written`,
  );
}
