import type { AuditEntry } from './audit-entry.js';
import type { AuditLog } from './audit-log.js';
import { listEntries } from './list-entries.js';
import type { SegmentStore } from './segments.js';

/** Windows that are looked at one after another until there are entries enough, in ms: a minute, an hour, a day. */
const WINDOWS_MS = [60_000, 3_600_000, 86_400_000] as const;
/** A window with more entries than this is too wide. */
const MOST_IN_WINDOW = 500;
const LEAST_MS = 50;

/**
 * The entries that were completed last, the newest first; none that is older than a day. The log is in the order of
 * completion, so a window is looked for that has some entries and not too many.
 *
 * @param now ms since the epoch
 * @param most entries that are returned
 * @returns `from`: the entries after that time were looked at, so what is missing before it may exist
 */
export async function latestEntries(
  log: Pick<AuditLog, 'page'>,
  store: Pick<SegmentStore, 'list' | 'read'>,
  now: number,
  most: number,
): Promise<{ readonly entries: readonly AuditEntry[]; readonly from: number }> {
  async function after(from: number): Promise<readonly AuditEntry[] | undefined> {
    const window = { from, to: Number.MAX_SAFE_INTEGER };
    const { entries, next } = await listEntries(log, store, window, undefined, MOST_IN_WINDOW);
    return next === undefined ? entries : undefined;
  }
  const newestFirst = (entries: readonly AuditEntry[]) => entries.slice(-most).reverse();

  let found: { entries: readonly AuditEntry[]; from: number } | undefined;
  for (const width of WINDOWS_MS) {
    const entries = await after(now - width);
    if (entries === undefined) break;
    found = { entries: newestFirst(entries), from: now - width };
    if (entries.length >= most) break;
  }
  for (let width = WINDOWS_MS[0] / 2; found === undefined && width >= LEAST_MS; width /= 2) {
    const entries = await after(now - width);
    if (entries !== undefined) found = { entries: newestFirst(entries), from: now - width };
  }
  return found ?? { entries: [], from: now };
}
