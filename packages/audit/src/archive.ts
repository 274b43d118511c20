import type { AuditEntry } from './audit-entry.js';
import type { AuditLog } from './audit-log.js';
import { dayAfter, dayOf, storeSegment } from './segments.js';
import type { SegmentStore } from './segments.js';

/** Entries of one segment. */
const SEGMENT_ENTRIES = 1_000;

/**
 * Moves the oldest completed entries from Redis into one segment. May be repeated after a death at any point, and run in
 * several processes: an entry is dropped only when a stored segment has it.
 *
 * @param before entries that were completed earlier than that, in ms
 * @returns how many entries were dropped; 0 when there are none
 * @throws StoreUnavailableError when the object store does not answer: nothing is dropped then
 */
export async function archiveOldest(
  log: Pick<AuditLog, 'page' | 'drop'>,
  store: Pick<SegmentStore, 'createIfAbsent' | 'read'>,
  before: number,
): Promise<number> {
  const entries = await log.page({ from: 0, to: before }, undefined, SEGMENT_ENTRIES);
  const [first, ...others] = entries;
  if (first === undefined) return 0;
  const dayEnds = dayAfter(dayOf(first.completedAt));
  const sameDay: [AuditEntry, ...AuditEntry[]] = [
    first,
    ...others.filter(({ completedAt }) => completedAt < dayEnds),
  ];
  return log.drop(await storeSegment(store, sameDay));
}
