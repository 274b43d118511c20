import type { Cut } from '@millrace/export';
import type { Control } from '../engine/evaluate-range.js';
import type { RangeSummary, RangeTask } from '../engine/range-task.js';
import type { PathColumns } from '../engine/overdue-fault.js';
import type { StepFault } from '../engine/step-fault.js';
import type { ViewFacts, ViewsTask } from '../engine/view-facts.js';

/** Main thread to engine thread. */
export type ToEngine = EngineRequest | { kind: 'cut-recorded' };

/** What an engine thread does, one after the other. */
export type EngineRequest =
  | { readonly kind: 'run'; readonly task: RangeTask }
  /** Evaluates nothing. */
  | { readonly kind: 'describe'; readonly task: ViewsTask };

/** How an engine thread ends a request that it could fulfil. */
export type EngineAnswer =
  | { readonly kind: 'done'; readonly summary: RangeSummary }
  | { readonly kind: 'described'; readonly facts: readonly ViewFacts[] };

/** Engine thread to main thread. `ready` once, then the story of one task after the other. */
export type FromEngine =
  | { kind: 'ready' }
  | { kind: 'upload'; key: string; uploadId: string }
  /** The columns or steps of a subject's view that its paths belong to, where fhirpath.js evaluates some of them. */
  | { kind: 'paths'; subject: number; columns: PathColumns }
  | { kind: 'cut'; cut: Cut; resources: number }
  | EngineAnswer
  | { kind: 'stopped' }
  | { kind: 'failed'; fault: StepFault };

/** What an engine thread is started with. */
export interface EngineThreadStart<Setup> {
  readonly setup: Setup;
  /** One Int32 that both threads see: an index into `CONTROLS`. The engine asks it between lines. */
  readonly control: SharedArrayBuffer;
  /** Where the engine writes what it evaluates: `PROGRESS_BYTES`. */
  readonly progress: SharedArrayBuffer;
}

export const CONTROLS = ['run', 'cut', 'stop'] as const satisfies readonly Control[];
