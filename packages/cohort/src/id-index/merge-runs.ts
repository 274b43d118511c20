import type { IndexRecord } from './index-record.js';

/** Records that are handed on together. */
const BATCH = 1024;

/** A sorted run, and its place among the runs. */
interface Cursor {
  readonly run: number;
  readonly rest: Iterator<IndexRecord>;
  readonly more: AsyncIterator<readonly IndexRecord[]>;
  record: IndexRecord;
}

/**
 * Merges sorted runs into one; of equal ids those of the earlier run come first. Holds one block of each run.
 *
 * @param runs records in the order of their ids, some at a time
 */
export async function* mergeRuns(
  runs: readonly AsyncIterable<readonly IndexRecord[]>[],
): AsyncGenerator<readonly IndexRecord[], void, undefined> {
  const heap: Cursor[] = [];
  for (const [run, batches] of runs.entries()) {
    const cursor = await nextBatch(run, batches[Symbol.asyncIterator]());
    if (cursor !== undefined) push(heap, cursor);
  }
  let batch: IndexRecord[] = [];
  for (let least = heap[0]; least !== undefined; least = heap[0]) {
    batch.push(least.record);
    if (batch.length >= BATCH) {
      yield batch;
      batch = [];
    }
    const next = least.rest.next();
    if (next.done !== true) least.record = next.value;
    else {
      const later = await nextBatch(least.run, least.more);
      if (later !== undefined) heap[0] = later;
      else {
        const last = heap.pop();
        if (last !== undefined && heap.length > 0) heap[0] = last;
      }
    }
    sink(heap);
  }
  if (batch.length > 0) yield batch;
}

async function nextBatch(
  run: number,
  more: AsyncIterator<readonly IndexRecord[]>,
): Promise<Cursor | undefined> {
  for (;;) {
    const batch = await more.next();
    if (batch.done === true) return undefined;
    const rest = batch.value[Symbol.iterator]();
    const first = rest.next();
    if (first.done !== true) return { run, rest, more, record: first.value };
  }
}

function isBefore(a: Cursor, b: Cursor): boolean {
  return a.record.id === b.record.id ? a.run < b.run : a.record.id < b.record.id;
}

function push(heap: Cursor[], cursor: Cursor): void {
  heap.push(cursor);
  for (let at = heap.length - 1; at > 0;) {
    const above = (at - 1) >>> 1;
    const [one, other] = [heap[at], heap[above]];
    if (one === undefined || other === undefined || !isBefore(one, other)) return;
    heap[at] = other;
    heap[above] = one;
    at = above;
  }
}

/** Puts the cursor at the top to its place. */
function sink(heap: Cursor[]): void {
  for (let at = 0; ;) {
    let least = at;
    for (const below of [2 * at + 1, 2 * at + 2]) {
      const [one, other] = [heap[below], heap[least]];
      if (one !== undefined && other !== undefined && isBefore(one, other)) least = below;
    }
    const [one, other] = [heap[at], heap[least]];
    if (least === at || one === undefined || other === undefined) return;
    heap[at] = other;
    heap[least] = one;
    at = least;
  }
}
