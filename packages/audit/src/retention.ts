import { AuditRetentionError } from './errors.js';
import { dayAfter, listSegments } from './segments.js';
import type { SegmentStore } from './segments.js';

/** @throws AuditRetentionError unless entries are kept for more than twice the time after which they are timed out */
export function checkRetention(retentionMs: number, timeoutMs: number): void {
  if (retentionMs <= 2 * timeoutMs) throw new AuditRetentionError(retentionMs, timeoutMs);
}

/**
 * Removes segments all of whose entries were completed before `cutoff`, in ms, the oldest first and at most `max`.
 * Entries that are not archived, or not complete, are never removed.
 */
export async function removeSegments(
  store: Pick<SegmentStore, 'list' | 'remove'>,
  cutoff: number,
  max: number,
): Promise<number> {
  const doomed: string[] = [];
  for await (const { key, day } of listSegments(store, 0)) {
    if (dayAfter(day) > cutoff || doomed.length >= max) break;
    doomed.push(key);
  }
  if (doomed.length > 0) await store.remove(doomed);
  return doomed.length;
}
