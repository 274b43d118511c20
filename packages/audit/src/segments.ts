import type { ObjectStore } from '@millrace/storage';
import type { AuditEntry } from './audit-entry.js';
import { parseSegment, segmentText } from './entry-text.js';
import { parsePosition, positionText } from './position.js';
import type { Position } from './position.js';

const FOLDER = '_audit/';
const DAY_MS = 86_400_000;

/** A stored segment, which holds entries of one day from its first one on. */
export interface Segment {
  readonly key: string;
  readonly first: Position;
  /** Start of the day of all its entries, in ms. */
  readonly day: number;
}

export type SegmentStore = Pick<ObjectStore, 'createIfAbsent' | 'read' | 'list' | 'remove'>;

/** Start of the day that a time is in, in ms, UTC. */
export function dayOf(ms: number): number {
  return Math.floor(ms / DAY_MS) * DAY_MS;
}

export function dayAfter(day: number): number {
  return day + DAY_MS;
}

/** Segments in the order of their entries, from that of the day of a time on. */
export async function* listSegments(
  store: Pick<SegmentStore, 'list'>,
  from: number,
): AsyncGenerator<Segment> {
  const start = Math.max(0, from);
  const after = `${FOLDER}${dateOf(dayOf(start))}`;
  for await (const { key } of store.list(FOLDER, after)) {
    const [, date, name] = /^_audit\/(\d{4}-\d\d-\d\d)\/(.*)\.ndjson$/.exec(key) ?? [];
    const first = parsePosition(name ?? '');
    if (date !== undefined && first !== undefined) yield { key, first, day: Date.parse(date) };
  }
}

/** Entries of a segment; none when it has been removed. @throws CorruptAuditError */
export async function readSegment(
  store: Pick<SegmentStore, 'read'>,
  key: string,
): Promise<readonly AuditEntry[]> {
  const body = await store.read(key);
  return body === undefined ? [] : parseSegment(Buffer.from(body).toString('utf8'), key);
}

/**
 * Stores entries of one day as a segment. Its name is the position of the first entry, so exactly one of
 * several writers stores the entries from there on.
 *
 * @returns the position of the last entry that is stored under that name, by any process
 */
export async function storeSegment(
  store: Pick<SegmentStore, 'createIfAbsent' | 'read'>,
  entries: readonly [AuditEntry, ...AuditEntry[]],
): Promise<Position> {
  const [first] = entries;
  const key = `${FOLDER}${dateOf(dayOf(first.completedAt))}/${positionText(first)}.ndjson`;
  await store.createIfAbsent(key, Buffer.from(segmentText(entries)));
  // Only the stored object counts: the answer may have been lost, or another writer may have been first.
  const last = (await readSegment(store, key)).at(-1);
  if (last === undefined) throw new Error(`audit segment ${key} is missing although it was stored`);
  return last;
}

function dateOf(day: number): string {
  return new Date(day).toISOString().slice(0, 10);
}
