import type { Decisions } from './decisions.js';
import type { VersionObjects } from './version-objects.js';

/** Versions of one definition that are kept in any case; `docs/protocol.md` tells it. */
const KEPT_VERSIONS = 1_000;
/** A definition is looked at each time that it has got this number of new versions. */
const LOOK_EVERY = 100;
/**
 * A writer that has planned a version, and then stood still, would find its number free once it is removed. No request lasts so
 * long.
 */
const MIN_AGE_MS = 3_600_000;

/**
 * Removes old versions of a definition, those that never counted too, and the decisions that nothing needs any more.
 *
 * @param latest the number of a version that counts: none before it can be the latest one
 */
export async function pruneVersions(
  objects: Pick<VersionObjects, 'list' | 'transactionOf' | 'remove'>,
  decisions: Pick<Decisions, 'forget'>,
  { id, version: latest }: { readonly id: string; readonly version: number },
  now: number,
): Promise<void> {
  if (latest <= KEPT_VERSIONS || latest % LOOK_EVERY !== 0) return;
  const old: number[] = [];
  for await (const { version, modifiedAt } of objects.list(id)) {
    if (version > latest - KEPT_VERSIONS) break;
    if (now - modifiedAt.getTime() >= MIN_AGE_MS) old.push(version);
  }
  const transactions = new Set<string>();
  for (const version of old) {
    const transaction = await objects.transactionOf(id, version);
    if (transaction !== undefined) transactions.add(transaction);
  }
  // A decision goes after its versions: without it they would count as those of a transaction that was aborted.
  await objects.remove(id, old);
  for (const transaction of transactions) await decisions.forget(transaction);
}
