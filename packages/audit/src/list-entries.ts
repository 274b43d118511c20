import type { AuditEntry } from './audit-entry.js';
import type { AuditLog, AuditWindow } from './audit-log.js';
import { comparePositions } from './position.js';
import type { Position } from './position.js';
import { listSegments, readSegment } from './segments.js';
import type { Segment, SegmentStore } from './segments.js';

/**
 * Completed entries of a window in their order, from segments and from Redis. A window in the past gives the same
 * entries for ever, until retention removes them.
 *
 * @param after `next` of the page before
 * @returns at most `max` entries; `next` when there are more
 */
export async function listEntries(
  log: Pick<AuditLog, 'page'>,
  store: Pick<SegmentStore, 'list' | 'read'>,
  window: AuditWindow,
  after: Position | undefined,
  max: number,
): Promise<{ readonly entries: readonly AuditEntry[]; readonly next: Position | undefined }> {
  // Redis first: an entry that is archived meanwhile is in both, and never in none.
  const recent = await log.page(window, after, max + 1);
  const archived = await pageOfSegments(store, window, after, max + 1);
  const last = archived.at(-1);
  const newer = recent.filter((entry) => last === undefined || comparePositions(entry, last) > 0);
  // A full page of segments ends before the entries in Redis.
  const all = archived.length > max ? archived : [...archived, ...newer];
  const entries = all.slice(0, max);
  return { entries, next: all.length > max ? entries.at(-1) : undefined };
}

async function pageOfSegments(
  store: Pick<SegmentStore, 'list' | 'read'>,
  { from, to }: AuditWindow,
  after: Position | undefined,
  max: number,
): Promise<AuditEntry[]> {
  const start = Math.max(from, after?.completedAt ?? 0);
  const found: AuditEntry[] = [];
  async function take(segment: Segment): Promise<void> {
    for (const entry of await readSegment(store, segment.key)) {
      const isInside = entry.completedAt >= from && entry.completedAt < to;
      if (isInside && (after === undefined || comparePositions(entry, after) > 0)) found.push(entry);
    }
  }
  let previous: Segment | undefined;
  for await (const segment of listSegments(store, start)) {
    // All of the one before comes before the first of this one.
    if (previous !== undefined && segment.first.completedAt >= start) await take(previous);
    previous = segment;
    if (segment.first.completedAt >= to || found.length >= max) {
      previous = undefined;
      break;
    }
  }
  if (previous !== undefined) await take(previous);
  return found.slice(0, max);
}
