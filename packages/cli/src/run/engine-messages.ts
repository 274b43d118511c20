import type { RangeSummary, RangeTask } from '@millrace/execution';
import type { InputPlace } from './input-place.js';

/** Bytes of one part of one view. */
export interface EncodedPart {
  readonly subject: number;
  readonly rows: number;
  readonly chunks: readonly Uint8Array[];
}

/** Main thread to engine thread. `written` lets it go on after a cut. */
export type ToEngineThread = { kind: 'evaluate'; task: RangeTask; place: InputPlace } | { kind: 'written' };

/** Engine thread to main thread. */
export type FromEngineThread =
  | { kind: 'cut'; parts: readonly EncodedPart[] }
  | { kind: 'done'; summary: RangeSummary }
  | { kind: 'failed'; message: string };
