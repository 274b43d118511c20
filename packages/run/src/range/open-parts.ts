import type { Part } from '@millrace/export';
import { createPartEncoder, fileExtension, firstRows } from '@millrace/formats';
import type { FormatOptions, PartEncoder, RowOrigin } from '@millrace/formats';
import type { PartSink, Upload } from '@millrace/storage';
import type { Row, ViewColumn } from '@millrace/viewdef';
import { MOST_RESOURCE_BYTES, ResourceOutputError } from './output-limit.js';
import { rowGroupsOf } from './row-groups.js';

/**
 * Encoded bytes are handed to the sink from this size on. The sink gathers blocks, so a small value is cheap: there is less
 * to copy and less garbage for each part.
 */
const CHUNK_BYTES = 64 << 10;

/** The open parts of one pass, one for each view that has had a row since the last cut. */
export interface OpenParts {
  /** Adds a row to the open part of a view (by position in the pass). @throws ResourceOutputError */
  add(view: number, row: Row): void;
  /** Adds rows that are encoded already: see `PartEncoder`. */
  append(view: number, encoded: Uint8Array, rows: number): void;
  /** Rows and bytes that the part of a view may still get before it is full. */
  room(view: number): { readonly rows: number; readonly bytes: number };
  /** True once the largest part has reached its limit. */
  readonly full: boolean;
  /** Rows added since the pass began. */
  readonly rows: number;
  /** Hands finished bytes to the sink; resolves when it may go on. */
  flush(): Promise<void>;
  /** Completes and stores all open parts, in view order. */
  close(): Promise<Part[]>;
  /** Drops the open parts. */
  abort(): Promise<void>;
}

/** A view that has parts. */
export interface OpenedView {
  readonly subject: number;
  readonly columns: readonly ViewColumn[];
  /** Its parts are stored under this prefix in place of that of all. */
  readonly partPrefix?: string | undefined;
  /** Parquet only. Absent: its files do not tell. */
  readonly origin?: RowOrigin;
}

/** The open part of a view. */
interface Slot extends OpenedView {
  encoder: PartEncoder | undefined;
  upload: Upload | undefined;
}

export function createOpenParts(
  views: readonly OpenedView[],
  options: FormatOptions & {
    partPrefix: string;
    partBytes: number;
    partRows: number;
    resourceBytes?: number | undefined;
    /** Of all views and all cuts; further ones are dropped. */
    mostRows?: number | undefined;
  },
  sink: PartSink,
  onUpload: (key: string, uploadId: string) => void,
): OpenParts {
  const slots: Slot[] = views.map((view) => ({ ...view, encoder: undefined, upload: undefined }));
  const extension = fileExtension(options.format);
  const rowGroups = rowGroupsOf(views.length);
  let opened = 0;
  let full = false;
  let rows = 0;
  const { mostRows = Infinity, resourceBytes = MOST_RESOURCE_BYTES } = options;

  async function uploadOf(slot: Slot): Promise<Upload> {
    if (slot.upload === undefined) {
      opened += 1;
      const key = `${slot.partPrefix ?? options.partPrefix}${opened}.${extension}`;
      slot.upload = await sink.open(key);
      onUpload(key, slot.upload.id);
    }
    return slot.upload;
  }

  function encoderOf(view: number): PartEncoder {
    const slot = slots[view] as Slot; // views and slots have the same length
    slot.encoder ??= createPartEncoder({ ...options, origin: slot.origin }, slot.columns, rowGroups);
    return slot.encoder;
  }

  /** Completes and stores the open part of a view; the disk or the network gets those of all views at once. */
  async function closeSlot(slot: Slot): Promise<Part | undefined> {
    const { subject, encoder } = slot;
    if (encoder === undefined) return undefined;
    const upload = await uploadOf(slot);
    await upload.write(encoder.finish());
    const stored = await upload.commit();
    encoder.release();
    slot.encoder = undefined;
    slot.upload = undefined;
    const { rows: count, mismatches } = encoder;
    const nulled = mismatches?.some((one) => one > 0) === true ? { mismatches: [...mismatches] } : {};
    return { subject, rows: count, ...stored, ...nulled };
  }

  function lookAt(encoder: PartEncoder): void {
    if (encoder.rows >= options.partRows || encoder.bytes >= options.partBytes) full = true;
    // A full part gets no more lines, so that this is one line's doing.
    if (encoder.bytes > options.partBytes + resourceBytes) throw new ResourceOutputError(resourceBytes);
  }

  return {
    get full() {
      return full;
    },
    get rows() {
      return rows;
    },
    add(view, row) {
      if (rows >= mostRows) return;
      const encoder = encoderOf(view);
      encoder.add(row);
      rows += 1;
      if (rows >= mostRows) full = true;
      lookAt(encoder);
    },
    append(view, encoded, count) {
      const kept = Math.min(count, mostRows - rows);
      if (kept <= 0) return;
      const encoder = encoderOf(view);
      encoder.append(kept < count ? firstRows(options.format, encoded, kept) : encoded, kept);
      rows += kept;
      if (rows >= mostRows) full = true;
      lookAt(encoder);
    },
    room(view) {
      const encoder = slots[view]?.encoder;
      return {
        rows: Math.min(options.partRows - (encoder?.rows ?? 0), mostRows - rows),
        bytes: options.partBytes - (encoder?.bytes ?? 0),
      };
    },
    async flush() {
      for (const slot of slots) {
        if (slot.encoder === undefined) continue;
        const chunk = slot.encoder.take(CHUNK_BYTES);
        // Encoding may give more bytes than were estimated. Without a second look a part could have no room and not be full.
        lookAt(slot.encoder);
        if (chunk !== undefined) await (await uploadOf(slot)).write(chunk);
      }
    },
    async close() {
      const closing = slots.map(closeSlot);
      // An abort would come too early for those that are still being stored.
      await Promise.allSettled(closing);
      const parts = (await Promise.all(closing)).filter((part) => part !== undefined);
      full = false;
      return parts;
    },
    async abort() {
      await Promise.allSettled(slots.flatMap(({ upload }) => (upload === undefined ? [] : [upload.abort()])));
      for (const { encoder } of slots) encoder?.release();
    },
  };
}
