import { withoutPath } from '@millrace/export';
import type { Part } from '@millrace/export';
import { createPartEncoder, encodedRows, fileExtension, partitionText } from '@millrace/formats';
import type { EncodedRows, FormatOptions, PartitionText } from '@millrace/formats';
import type { PartSink, StoredObject } from '@millrace/storage';
import type { Cell, Row, ViewColumn } from '@millrace/viewdef';
import type { OpenParts, OpenedView } from '../range/open-parts.js';
import { MOST_RESOURCE_BYTES, ResourceOutputError } from '../range/output-limit.js';
import { rowGroupsOf } from '../range/row-groups.js';
import { PartitionLimitError, PartitionValueError } from './errors.js';

/**
 * Bytes of the encoded rows of all views of a pass, in memory, with which a cut comes. Larger cuts make larger files before
 * they are joined, and more memory for each thread.
 */
const MOST_WAITING_BYTES = 32 << 20;
/** Small parts that are stored at once, each with its share of the memory for row groups. A large one has all of it. */
const STORED_AT_ONCE = 8;
const LARGE_BYTES = 1 << 20;

export interface PartitionOptions extends FormatOptions {
  /** The column, by name, whose values are the partitions. The files do not have it. */
  readonly partitionBy: string;
  /** Partitions that an output may have. */
  readonly mostPartitions: number;
  readonly partPrefix: string;
  readonly partBytes: number;
  readonly partRows: number;
  readonly resourceBytes?: number | undefined;
}

/** A view whose rows go to partitions. */
interface Slot extends OpenedView {
  readonly at: number;
  readonly kept: readonly ViewColumn[];
  textOf(cell: Cell): PartitionText;
  open(): EncodedRows;
  /** The rows since the last cut. */
  readonly waiting: Map<string | null, Waiting>;
  /** Of all cuts. */
  readonly seen: Set<string | null>;
}

interface Waiting {
  readonly rows: EncodedRows;
  /** Values of the column itself that became null because they do not fit. */
  mismatches: number;
}

/**
 * The open parts of a pass whose outputs are partitioned. Rows wait, encoded, by partition. At a cut each partition becomes a
 * part, a few at a time: so memory is bounded however many partitions there are.
 */
export function createPartitionedParts(
  views: readonly OpenedView[],
  options: PartitionOptions,
  sinks: { readonly parts: PartSink; readonly lists: PartSink },
  onUpload: (key: string, uploadId: string) => void,
): OpenParts {
  const { partitionBy, partBytes, partRows, resourceBytes = MOST_RESOURCE_BYTES } = options;
  const slots = views.map((view): Slot => slotOf(view, options));
  const extension = fileExtension(options.format);
  let [opened, rows, bytes] = [0, 0, 0];
  let full = false;

  /** The partition of a row, which begins with its first row. */
  function waitingOf({ seen, waiting, open }: Slot, { text }: PartitionText): Waiting {
    const found = waiting.get(text);
    if (found !== undefined) return found;
    const what = text === null ? undefined : withoutPath(partitionBy, text);
    if (what !== undefined) throw new PartitionValueError(partitionBy, what);
    seen.add(text);
    if (seen.size > options.mostPartitions)
      throw new PartitionLimitError(partitionBy, options.mostPartitions);
    const begun = { rows: open(), mismatches: 0 };
    waiting.set(text, begun);
    return begun;
  }

  type Write = (chunk: (bytes: Uint8Array) => Promise<void>) => Promise<void>;
  async function stored(to: PartSink, key: string, write: Write): Promise<StoredObject> {
    await using upload = await to.open(key);
    onUpload(key, upload.id);
    await write((chunk) => upload.write(chunk));
    return await upload.commit();
  }

  async function storePart({ slot, some }: Ended, number: number, atOnce: number): Promise<Part> {
    const { rows: encoded, mismatches } = some;
    const encoder = createPartEncoder(
      { ...options, origin: slot.origin, leftOut: slot.at },
      slot.kept,
      rowGroupsOf(atOnce),
    );
    try {
      encoded.appendTo(encoder);
      const object = await stored(sinks.parts, `${options.partPrefix}${number}.${extension}`, (write) =>
        write(encoder.finish()),
      );
      const counts = encoded.mismatches?.toSpliced(slot.at, 0, mismatches) ?? [];
      const nulled = counts.some((one) => one > 0) ? { mismatches: counts } : {};
      return { subject: slot.subject, rows: encoded.rows, ...object, ...nulled };
    } finally {
      encoder.release();
    }
  }

  /** The values of the parts, in an object of their own: nothing of a resource is to be where parts are told of. */
  async function storeList(values: readonly (string | null)[]): Promise<string> {
    opened += 1;
    const list = Buffer.from(JSON.stringify({ schemaVersion: 1, values }));
    const { key } = await stored(sinks.lists, `${options.partPrefix}${opened}.partitions.json`, (write) =>
      write(list),
    );
    return key;
  }

  return {
    get full() {
      return full;
    },
    get rows() {
      return rows;
    },
    add(view, row) {
      const slot = slots[view] as Slot; // views and slots have the same length
      const partition = slot.textOf(row[slot.at] ?? null);
      const to = waitingOf(slot, partition);
      const before = to.rows.bytes;
      to.rows.add(without(row, slot.at));
      if (partition.isMismatch === true) to.mismatches += 1;
      rows += 1;
      bytes += to.rows.bytes - before;
      full ||= bytes >= MOST_WAITING_BYTES || to.rows.rows >= partRows || to.rows.bytes >= partBytes;
      if (bytes > MOST_WAITING_BYTES + resourceBytes) throw new ResourceOutputError(resourceBytes);
    },
    append() {
      throw new TypeError('rows of the scan are not taken apart into partitions');
    },
    room: () => ({ rows: Infinity, bytes: Infinity }),
    async flush() {
      // All is stored at a cut.
    },
    async close() {
      const ended = slots.flatMap((slot) =>
        [...slot.waiting].map(([value, some]): Ended => ({ slot, value, some })),
      );
      if (ended.length === 0) return [];
      const list = await storeList(ended.map(({ value }) => value));
      const parts: Part[] = [];
      for (const lot of lotsOf(ended)) {
        const first = parts.length;
        const storing = lot.map(async (one, place) => {
          const at = first + place;
          return { ...(await storePart(one, opened + at + 1, lot.length)), partition: { list, at } };
        });
        // An abort would come too early for those that are still being stored.
        await Promise.allSettled(storing);
        for (const part of await Promise.all(storing)) parts.push(part);
      }
      opened += ended.length;
      for (const slot of slots) slot.waiting.clear();
      bytes = 0;
      full = false;
      return parts;
    },
    async abort() {
      for (const slot of slots) slot.waiting.clear();
    },
  };
}

/** A partition of a view that becomes a part. */
interface Ended {
  readonly slot: Slot;
  readonly value: string | null;
  readonly some: Waiting;
}

function lotsOf(ended: readonly Ended[]): Ended[][] {
  const lots: Ended[][] = [];
  const isLarge = ({ some }: Ended): boolean => some.rows.bytes > LARGE_BYTES;
  for (const one of ended) {
    const lot = lots.at(-1);
    const fits = lot !== undefined && lot.length < STORED_AT_ONCE && !isLarge(one) && !lot.some(isLarge);
    if (fits) lot.push(one);
    else lots.push([one]);
  }
  return lots;
}

function slotOf(view: OpenedView, options: PartitionOptions): Slot {
  const { columns } = view;
  const at = columns.findIndex(({ name }) => name === options.partitionBy);
  const column = columns[at];
  if (column === undefined)
    throw new TypeError(`a view without the column "${options.partitionBy}" is partitioned by it`);
  const kept = columns.toSpliced(at, 1);
  return {
    ...view,
    at,
    kept,
    textOf: partitionText(column, options),
    open: encodedRows(options, kept),
    waiting: new Map(),
    seen: new Set(),
  };
}

function without(row: Row, at: number): Row {
  return row.toSpliced(at, 1);
}
