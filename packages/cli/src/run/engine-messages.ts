import type { PathColumns, RangeSummary, RangeTask } from '@millrace/run';
import type { Cut } from '@millrace/export';
import type { InputPlace } from './input-place.js';

/** Bytes of one part of one view. */
export interface EncodedPart {
  readonly subject: number;
  readonly rows: number;
  readonly chunks: readonly Uint8Array[];
}

/** The values that a thread is started with. */
export interface ThreadStart {
  /** Where it writes what it evaluates: `PROGRESS_BYTES`. */
  readonly progress: SharedArrayBuffer;
}

/** Main thread to engine thread. `written` lets it go on after a cut. */
export type ToEngineThread = { kind: 'evaluate'; task: RangeTask; place: InputPlace } | { kind: 'written' };

/** Engine thread to main thread. */
export type FromEngineThread =
  /** The columns or steps of a subject's view that its paths belong to, where fhirpath.js evaluates some of them. */
  | { kind: 'paths'; subject: number; columns: PathColumns }
  | { kind: 'cut'; cut: Cut; parts: readonly EncodedPart[]; resources: number }
  | { kind: 'done'; summary: RangeSummary }
  | { kind: 'failed'; message: string };
